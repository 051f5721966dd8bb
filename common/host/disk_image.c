// The disk image of disk_image.h.

#include "common/host/disk_image.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "common/host/file.h"

// Whoever may write everything (root) still finds a file read-only whose mode says so for
// everybody.
struct disk_image disk_image_open(const char *path, bool read_only)
{
    struct disk_image disk = {.path = path, .read_only = read_only};
    struct stat st;

    disk.fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
    if (disk.fd < 0 && (errno == EACCES || errno == EROFS || errno == EPERM)) {
        disk.read_only = true;
        disk.fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    }
    if (disk.fd < 0 || fstat(disk.fd, &st) < 0)
        bad_usage("%s: %s, expected a disk image", *path ? path : "''", strerror(errno));
    if (!S_ISREG(st.st_mode))
        bad_usage("%s: is not a regular file, expected a disk image", path);
    if (st.st_size == 0 || st.st_size % SECTOR_SIZE)
        bad_usage("%s: has %lld bytes, expected a disk image of whole sectors of %d bytes", path,
                  (long long)st.st_size, SECTOR_SIZE);
    if ((st.st_mode & (S_IWUSR | S_IWGRP | S_IWOTH)) == 0)
        disk.read_only = true;
    if (flock(disk.fd, (disk.read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) < 0)
        bad_usage("%s: is in use by another virtual machine, expected a disk image of its own",
                  path);
    disk.sectors = (uint64_t)st.st_size / SECTOR_SIZE;
    signal(SIGXFSZ, SIG_IGN);  // a file that may not grow (ulimit -f) is an error of write()
    return disk;
}
