// A kernel file after reading and before loading: which of its bytes go where, and what it needs.
// Filled in by bzimage.c and elf.c, which know files; used by linux.c, which knows memory.

#ifndef COMMON_PC_LINUX_IMAGE_H
#define COMMON_PC_LINUX_IMAGE_H

#include <stdint.h>

#include "common/pc/linux/linux.h"

#define LINUX_SEGMENTS_MAX 16

// `file_size` bytes at `offset` of the file go to `gpa`; the rest up to `size` bytes is zero.
struct linux_segment {
    uint64_t offset, file_size;
    uint64_t gpa, size;
};

struct linux_image {
    struct linux_segment segments[LINUX_SEGMENTS_MAX];
    unsigned count;
    uint64_t start, end;    // guest-physical memory that is the kernel's, decompression included
    uint64_t entry;         // 64-bit entry point
    uint64_t cmdline_max;   // bytes, without the final zero
    uint64_t initrd_max;    // highest address of the initrd's last byte
    const uint8_t *header;  // a bzImage's setup header
    unsigned header_size;   // bytes; 0: the file has none
    uint64_t limit;         // as in linux_loaded
};

// Does the file begin like one? Neither reads beyond `size`.
bool bzimage_is(const uint8_t *file, uint64_t size);
bool elf_is(const uint8_t *file, uint64_t size);

// Reads the file's headers into `image`, checking each number before it is used.
enum linux_error bzimage_read(const uint8_t *file, uint64_t size, struct linux_image *image);
enum linux_error elf_read(const uint8_t *file, uint64_t size, struct linux_image *image);

#endif
