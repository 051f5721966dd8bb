// Input files, checked before use.

#include "common/host/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/status.h"

// Runs before main(), and opens /dev/null in place of closed standard descriptors. Or the next file
// to be opened, a disk image perhaps, would take the free number, and get what the guest prints.
__attribute__((constructor)) static void standard_open(void)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
        if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) != fd)
            _exit(VM_BAD_USAGE);  // not even that, and no way to say so
}

void bad_usage(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vfprintf(stderr, format, args);
    va_end(args);
    fputc('\n', stderr);
    exit(VM_BAD_USAGE);
}

static const char *kind_of(mode_t mode)
{
    switch (mode & S_IFMT) {
    case S_IFDIR: return "a directory";
    case S_IFIFO: return "a pipe";
    case S_IFSOCK: return "a socket";
    case S_IFCHR: return "a character device";
    case S_IFBLK: return "a block device";
    default: return "not a regular file";
    }
}

struct file file_read(const char *path, const char *what, size_t min, size_t max)
{
    // O_NONBLOCK: opening a FIFO must not wait for its other end.
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    struct stat st;
    void *data;

    if (fd < 0 || fstat(fd, &st) < 0)
        bad_usage("%s: %s, expected %s", *path ? path : "''", strerror(errno), what);
    if (!S_ISREG(st.st_mode))
        bad_usage("%s: is %s, expected %s", path, kind_of(st.st_mode), what);
    if (st.st_size == 0)
        bad_usage("%s: is empty, expected %s", path, what);
    if ((size_t)st.st_size < min || (size_t)st.st_size > max)
        bad_usage("%s: has %lld bytes, expected %s of %zu to %zu bytes", path,
                  (long long)st.st_size, what, min, max);

    data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (data == MAP_FAILED)
        bad_usage("%s: can't be read: %s", path, strerror(errno));
    close(fd);
    return (struct file){.path = path, .data = data, .size = (size_t)st.st_size};
}
