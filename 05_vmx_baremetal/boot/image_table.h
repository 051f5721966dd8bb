// Filling the image table, for mkimage and for the tests that damage images. See boot/image.h.

#ifndef BOOT_IMAGE_TABLE_H
#define BOOT_IMAGE_TABLE_H

#include <stddef.h>

#include "boot/image.h"

#define IMAGE_PAGE 0x1000
#define IMAGE_CYLINDER                                                                             \
    (16 * 63)  // sectors; disks that emulators and old BIOSes like have whole ones

// Adds a file of `size` bytes behind the last one, on the disk and in memory. Returns NULL, or what
// is wrong with it: too many files, a name that is taken, no room in memory.
const char *image_add(struct image_table *table, const char *name, const uint8_t *data,
                      size_t size);

// Adds magic, version and checksum, when all files are in.
void image_seal(struct image_table *table);

// The sectors of the disk that the image takes, up to the end of the last file.
uint32_t image_sectors(const struct image_table *table);

// CRC-32C (polynomial 1EDC6F41h, reflected), as the CRC32 instruction computes it (SDM Vol. 2,
// "CRC32"); `crc` is 0 at first, and what the last call returned when a file comes in pieces.
uint32_t crc32c(uint32_t crc, const void *data, size_t size);

// The CRC-32 of Ethernet (polynomial 04C11DB7h, reflected), which a GPT wants (UEFI specification,
// "GPT Header").
uint32_t crc32_gpt(const void *data, size_t size);

#endif
