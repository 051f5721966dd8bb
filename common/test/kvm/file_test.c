// Input files and sizes: what is taken, and how everything else is refused: one line, status 2.

#include "common/host/file.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/host/options.h"
#include "common/status.h"
#include "common/test/tap.h"

#define NOBODY 65534  // a user who owns nothing here

static char folder[] = "/tmp/file_test.XXXXXX";

// A refusal ends the program, so each attempt is a child with stderr in a pipe.
struct child {
    pid_t pid;  // 0 in the child
    int said;
};

static struct child child_start(void)
{
    struct child child;
    int ends[2];

    if (pipe(ends) < 0 || (child.pid = fork()) < 0) {
        perror("child");
        exit(1);
    }
    if (child.pid == 0)
        dup2(ends[1], STDERR_FILENO);
    close(ends[1]);
    child.said = ends[0];
    return child;
}

// The child ended with VM_BAD_USAGE after saying the line `wanted`, and nothing else.
static void child_refused(struct child child, const char *wanted, const char *what)
{
    char said[1024], line[1024];
    ssize_t got, size = 0;
    int status;

    while ((got = read(child.said, said + size, sizeof(said) - 1 - (size_t)size)) > 0)
        size += got;
    said[size] = '\0';
    close(child.said);
    waitpid(child.pid, &status, 0);
    snprintf(line, sizeof(line), "%s\n", wanted);
    is_str(said, line, what);
    ok(WIFEXITED(status) && WEXITSTATUS(status) == VM_BAD_USAGE, "%s: status 2", what);
}

// --- Files ---

static const char *path_of(const char *name)
{
    static char path[96];  // fits a socket's name

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

// A file of `size` bytes, which costs no disk space: 'A' comes first, the rest is zero.
static void file_make(const char *name, off_t size)
{
    int fd = open(path_of(name), O_CREAT | O_WRONLY, 0644);

    if (fd < 0 || ftruncate(fd, size) < 0 || (size > 0 && pwrite(fd, "A", 1, 0) != 1)) {
        perror(name);
        exit(1);
    }
    close(fd);
}

static void takes_file(const char *name, size_t size, const char *what)
{
    struct file file = file_read(path_of(name), "a test file", 128, 262144);

    is_int(file.size, size, "%s", what);
    ok(file.data[0] == 'A' && file.data[size - 1] == 0, "%s: its first and last byte", what);
}

// The line is the path, ": " and `reason`.
static void refuses_file(const char *name, const char *reason, const char *what)
{
    struct child child = child_start();
    char line[512];

    if (child.pid == 0) {
        if (geteuid() == 0 && setuid(NOBODY) < 0)  // nothing is unreadable to root
            _exit(1);
        file_read(path_of(name), "a test file", 128, 262144);
        _exit(0);
    }
    snprintf(line, sizeof(line), "%s: %s", path_of(name), reason);
    child_refused(child, line, what);
}

static void socket_make(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);

    snprintf(address.sun_path, sizeof(address.sun_path), "%s", path_of(name));
    if (fd < 0 || bind(fd, (struct sockaddr *)&address, sizeof(address)) < 0) {
        perror(name);
        exit(1);
    }
    chmod(path_of(name), 0666);
    close(fd);
}

static void folder_make(void)
{
    if (!mkdtemp(folder) || chmod(folder, 0755) < 0 || mkdir(path_of("folder"), 0755) < 0 ||
        mkfifo(path_of("fifo"), 0666) < 0 || symlink("/dev/null", path_of("device")) < 0 ||
        symlink("smallest", path_of("link")) < 0 || symlink("loop", path_of("loop")) < 0) {
        perror(folder);
        exit(1);
    }
    chmod(path_of("fifo"), 0666);
    socket_make("socket");
    file_make("empty", 0);
    file_make("1", 1);
    file_make("127", 127);
    file_make("smallest", 128);
    file_make("page", 4096);
    file_make("largest", 262144);
    file_make("over", 262145);
    file_make("17M", 17 << 20);
    file_make("5G", 5ll << 30);
    file_make("locked", 128);
    chmod(path_of("locked"), 0);
}

static void folder_remove(void)
{
    static const char *const names[] = {
        "fifo",     "device", "link",    "loop", "socket", "empty", "1",      "127",
        "smallest", "page",   "largest", "over", "17M",    "5G",    "locked",
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        unlink(path_of(names[i]));
    rmdir(path_of("folder"));
    rmdir(folder);
}

static void test_files(void)
{
    takes_file("smallest", 128, "the smallest file");
    takes_file("page", 4096, "a file of a page");
    takes_file("largest", 262144, "the largest file");
    takes_file("link", 128, "a link to a file");

    refuses_file("none", "No such file or directory, expected a test file", "no file");
    refuses_file("locked", "Permission denied, expected a test file", "a file we may not read");
    refuses_file("loop", "Too many levels of symbolic links, expected a test file", "a loop");
    refuses_file("page/x", "Not a directory, expected a test file", "a file as a folder");
    refuses_file("socket", "No such device or address, expected a test file", "a socket");
    refuses_file("folder", "is a directory, expected a test file", "a folder");
    refuses_file("fifo", "is a pipe, expected a test file", "a FIFO");
    refuses_file("device", "is a character device, expected a test file", "a device");
    refuses_file("empty", "is empty, expected a test file", "an empty file");
    refuses_file("1", "has 1 bytes, expected a test file of 128 to 262144 bytes", "1 byte");
    refuses_file("127", "has 127 bytes, expected a test file of 128 to 262144 bytes", "127 bytes");
    refuses_file("over", "has 262145 bytes, expected a test file of 128 to 262144 bytes",
                 "a byte too many");
    refuses_file("17M", "has 17825792 bytes, expected a test file of 128 to 262144 bytes",
                 "17 MiB");
    refuses_file("5G", "has 5368709120 bytes, expected a test file of 128 to 262144 bytes",
                 "5 GiB, more than 32 bits can say");
}

// --- Sizes ---

#define MIB (1ull << 20)

static void refuses_size(const char *text, uint64_t max, const char *reason)
{
    struct child child = child_start();
    char line[256], what[64];

    if (child.pid == 0) {
        parse_size("--memory", text, MIB, max);
        _exit(0);
    }
    snprintf(line, sizeof(line), "--memory %s: %s", text, reason);
    snprintf(what, sizeof(what), "size \"%s\"", text);
    child_refused(child, line, what);
}

static void test_sizes(void)
{
    static const char no_size[] = "not a size, expected a number of MiB, or one with K, M, G or T";
    static const char range[] = "out of range, expected 1M to 1048576M";
    static const char *const not_sizes[] = {
        "",    "M",    "all",  "-1",   "+16",  " 16", "16 ",    "16 M",
        "16X", "16MM", "16MB", "1.5G", "0x10", "1e3", "16M,5M", "--help",
    };

    is_int(parse_size("--memory", "16", MIB, 512 * MIB), 16 * MIB, "16 counts MiB");
    is_int(parse_size("--memory", "1024K", MIB, 512 * MIB), MIB, "1024K, the smallest");
    is_int(parse_size("--memory", "1028K", MIB, 512 * MIB), MIB + 4096, "1028K, a page more");
    is_int(parse_size("--memory", "512M", MIB, 512 * MIB), 512 * MIB, "512M, the largest");
    is_int(parse_size("--memory", "3G", MIB, 4096 * MIB), 3072 * MIB, "3G");
    is_int(parse_size("--memory", "1T", MIB, MIB * MIB), MIB * MIB, "1T");
    is_int(parse_size("--memory", "2g", MIB, 4096 * MIB), 2048 * MIB, "2g");
    is_int(parse_size("--memory", "0016", MIB, 512 * MIB), 16 * MIB, "0016 is decimal");
    is_int(parse_size("--memory", "17592186044415", 0, UINT64_MAX), UINT64_MAX - (MIB - 1),
           "the last MiB of 64 bits");

    for (size_t i = 0; i < sizeof(not_sizes) / sizeof(not_sizes[0]); i++)
        refuses_size(not_sizes[i], MIB * MIB, no_size);
    refuses_size("0", MIB * MIB, range);
    refuses_size("0T", MIB * MIB, range);
    refuses_size("640K", MIB * MIB, range);
    refuses_size("1023K", MIB * MIB, range);
    refuses_size("1048577", MIB * MIB, range);
    refuses_size("2T", MIB * MIB, range);
    refuses_size("2049K", MIB * MIB, "not in whole pages, expected a multiple of 4K");
    refuses_size("2050K", MIB * MIB, "not in whole pages, expected a multiple of 4K");
    // Each of these is in range once the bits that don't fit are dropped.
    refuses_size("17592186044432", MIB * MIB, range);
    refuses_size("16777217T", MIB * MIB, range);
    refuses_size("18446744073709551632M", MIB * MIB, range);
    refuses_size("17592186044432M", UINT64_MAX, "out of range, expected 1M to 17592186044415M");
}

int main(void)
{
    folder_make();
    test_files();
    folder_remove();
    test_sizes();
    return done_testing();
}
