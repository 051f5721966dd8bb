// The file that is the guest's disk.
//
// Taught in book/02_bios.

#ifndef COMMON_HOST_DISK_IMAGE_H
#define COMMON_HOST_DISK_IMAGE_H

#include <stdbool.h>
#include <stdint.h>

#define SECTOR_SIZE 512  // bytes

// A disk image: a file that the guest reads and, unless it is read-only, writes.
struct disk_image {
    const char *path;  // NULL: there is none
    int fd;
    uint64_t sectors;  // of 512 bytes
    bool read_only;
};

// Opens the disk image at `path`, for writing where that is allowed and `read_only` false. Refuses
// what is missing, not a regular file, not made of whole sectors, or written by another virtual
// machine: one line, and VM_BAD_USAGE.
struct disk_image disk_image_open(const char *path, bool read_only);

#endif
