// Measures one run of a virtual machine monitor, by what the guest prints. The guest is
// common/guest, and its command line has `run=` with the two marks below around 16 KiB of output.
//
// usage: measure COMMAND [ARG]...
//
// Prints four numbers: milliseconds until user space is up; VM exits until then, as KVM counts
// them, or 0 where debugfs isn't there; KiB of memory that the program has for itself then; bytes
// per second through ttyS0. Status 1: the guest didn't get that far.

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define UP    "guest: user space is up"
#define BEGIN "bench-begin"
#define END   "bench-end"

#define BENCH_BYTES   16384
#define LIMIT_MS      20000
#define GUEST_RAM_KIB 65536  // mappings of this size and more are the guest's, not the program's

static double now_ms(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e3 + (double)time.tv_nsec / 1e6;
}

// Starts the command with its output in a pipe; returns our end of it.
static int start(char **argv, pid_t *pid)
{
    int ends[2];

    if (pipe(ends) < 0 || (*pid = fork()) < 0) {
        perror("measure");
        exit(EXIT_FAILURE);
    }
    if (*pid == 0) {
        dup2(ends[1], STDOUT_FILENO);
        close(ends[0]);
        close(ends[1]);
        execvp(argv[0], argv);
        perror(argv[0]);
        _exit(127);
    }
    close(ends[1]);
    return ends[0];
}

// Reads until `mark` went by, and returns when that was. What followed it in the same read belongs
// to the next mark, hence the static buffer.
static double wait_for(int fd, const char *mark, double limit)
{
    static char text[65536];
    static size_t size;

    for (;;) {
        char *found = memmem(text, size, mark, strlen(mark));
        struct pollfd output = {.fd = fd, .events = POLLIN};
        ssize_t got;

        if (found) {
            found += strlen(mark);
            size -= (size_t)(found - text);
            memmove(text, found, size);
            return now_ms();
        }
        if (size > sizeof(text) / 2) {  // the end may be the mark's beginning
            memmove(text, text + size - 64, 64);
            size = 64;
        }
        if (now_ms() > limit || poll(&output, 1, (int)(limit - now_ms())) <= 0)
            return -1;
        got = read(fd, text + size, sizeof(text) - size);
        if (got <= 0)
            return -1;
        size += (size_t)got;
    }
}

static uint64_t exits(void)
{
    FILE *file = fopen("/sys/kernel/debug/kvm/exits", "r");
    unsigned long long count = 0;

    if (file && fscanf(file, "%llu", &count) != 1)
        count = 0;
    if (file)
        fclose(file);
    return count;
}

// Resident memory without the guest's.
static unsigned long memory_kib(pid_t pid)
{
    unsigned long size = 0, resident, sum = 0;
    char path[64], line[256];
    FILE *file;

    snprintf(path, sizeof(path), "/proc/%d/smaps", pid);
    file = fopen(path, "r");
    while (file && fgets(line, sizeof(line), file)) {
        sscanf(line, "Size: %lu kB", &size);
        if (sscanf(line, "Rss: %lu kB", &resident) == 1 && size < GUEST_RAM_KIB)
            sum += resident;
    }
    if (file)
        fclose(file);
    return sum;
}

int main(int argc, char **argv)
{
    double begin = now_ms(), up, first, last;
    unsigned long memory;
    uint64_t count;
    pid_t pid;
    int fd;

    if (argc < 2)
        return 2;
    fd = start(argv + 1, &pid);
    up = wait_for(fd, UP, begin + LIMIT_MS);
    count = exits();
    memory = memory_kib(pid);
    first = wait_for(fd, BEGIN, begin + LIMIT_MS);
    last = wait_for(fd, END, begin + LIMIT_MS);
    kill(pid, SIGKILL);
    waitpid(pid, NULL, 0);
    if (up < 0 || first < 0 || last < 0) {
        fprintf(stderr, "measure: %s: the guest didn't print \"%s\"\n", argv[1],
                up < 0      ? UP
                : first < 0 ? BEGIN
                            : END);
        return EXIT_FAILURE;
    }
    printf("%.0f %llu %lu %.0f\n", up - begin, (unsigned long long)count, memory,
           BENCH_BYTES / (last - first) * 1e3);
    return EXIT_SUCCESS;
}
