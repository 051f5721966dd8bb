// What a disk and a network do, measured from inside of a guest, whatever machine that is.
//
// usage: io disk DEVICE          microseconds of a random read and of a write of 4 KiB, and MB/s
//                                of reads of 1 MiB in a row; past the guest's cache
//        io send ADDRESS PORT    MB/s of 4 MiB that somebody there reads, up to their end
//        io receive ADDRESS PORT MB/s of what comes from there
//
// With - for ADDRESS it is who waits there.

#include <arpa/inet.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define REQUESTS 256
#define BLOCK    4096
#define LONG     (1u << 20)
#define TOTAL    (4u << 20)
#define DISK     (16u << 20)

static uint8_t bytes[LONG] __attribute__((aligned(BLOCK)));

static double now_us(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static void must(int good, const char *what)
{
    if (good)
        return;
    perror(what);
    exit(EXIT_FAILURE);
}

static void disk(const char *path)
{
    int fd = open(path, O_RDWR | O_DIRECT);
    double start;

    must(fd >= 0, path);
    memset(bytes, 1, sizeof(bytes));  // else the first read takes the page faults
    for (int writes = 0; writes < 2; writes++) {
        start = now_us();
        for (unsigned i = 0; i < REQUESTS; i++) {
            off_t at = (off_t)(i * 2654435761u % (DISK / BLOCK)) * BLOCK;

            must((writes ? pwrite(fd, bytes, BLOCK, at) : pread(fd, bytes, BLOCK, at)) == BLOCK,
                 path);
        }
        printf("io %s %.1f\n", writes ? "write" : "read", (now_us() - start) / REQUESTS);
    }
    start = now_us();
    for (off_t at = 0; at < TOTAL; at += LONG)
        must(pread(fd, bytes, LONG, at) == LONG, path);
    printf("io sequential %.1f\n", TOTAL / (now_us() - start));
}

// Connects, or waits until somebody does.
static int network_open(const char *address, const char *port)
{
    int waits = strcmp(address, "-") == 0, fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
    struct sockaddr_in end = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(port))};

    if (!waits) {
        end.sin_addr.s_addr = inet_addr(address);
        must(connect(fd, (struct sockaddr *)&end, sizeof(end)) == 0, address);
        return fd;
    }
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
    must(bind(fd, (struct sockaddr *)&end, sizeof(end)) == 0 && listen(fd, 1) == 0, port);
    fd = accept(fd, NULL, NULL);
    must(fd >= 0, port);
    return fd;
}

static void network(int sends, const char *address, const char *port)
{
    int fd = network_open(address, port);
    double start, total = 0;
    ssize_t moved;

    start = now_us();
    while (sends ? total < TOTAL : 1) {
        moved = sends ? write(fd, bytes, 65536) : read(fd, bytes, sizeof(bytes));
        must(moved >= 0, address);
        if (moved == 0)
            break;
        total += (double)moved;
    }
    if (sends) {
        shutdown(fd, SHUT_WR);
        must(read(fd, bytes, 1) == 0, address);
    }
    printf("io %s %.1f\n", sends ? "send" : "receive", total / (now_us() - start));
}

int main(int argc, char **argv)
{
    if (argc == 3 && strcmp(argv[1], "disk") == 0)
        disk(argv[2]);
    else if (argc == 4)
        network(strcmp(argv[1], "send") == 0, argv[2], argv[3]);
    else
        return 2;
    return 0;
}
