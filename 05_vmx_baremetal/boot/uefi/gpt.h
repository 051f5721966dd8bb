// A GUID partition table, the kind that UEFI wants (UEFI specification, "GUID Partition Table (GPT)
// Disk Layout"). A disk has it twice, at its start and, back to front, at its end:
//
//   sector 0        a boot sector that says "this disk is taken" in its old table
//          1        header
//          2..33    128 entries
//          ...      partitions
//        -33..-2    the entries again
//         -1        another header, which tells its own place

#ifndef BOOT_UEFI_GPT_H
#define BOOT_UEFI_GPT_H

#include <stdint.h>

#include "boot/image.h"
#include "boot/uefi/uefi.h"

#define GPT_ENTRIES 128
#define GPT_SECTORS (1 + GPT_ENTRIES * sizeof(struct gpt_entry) / SECTOR_SIZE)

struct gpt_entry {
    struct uefi_guid type;  // all zeros: no partition
    struct uefi_guid name;
    uint64_t first, last;  // sectors
    uint64_t attributes;
    uint16_t text[36];
};

struct gpt_header {
    char signature[8];  // without a zero at the end
    uint32_t revision;
    uint32_t size;      // bytes that count, up to entries_checksum
    uint32_t checksum;  // of these, with a zero here
    uint32_t reserved;
    uint64_t here, other;  // sectors of the two headers
    uint64_t first, last;  // between them is room for partitions
    struct uefi_guid disk;
    uint64_t entries;  // their first sector
    uint32_t count, entry_size;
    uint32_t entries_checksum;
    uint8_t zeros[420];
};

struct gpt {
    struct gpt_header header, backup;
    struct gpt_entry entries[GPT_ENTRIES];
};

_Static_assert(sizeof(struct gpt_entry) == 128 && sizeof(struct gpt_header) == SECTOR_SIZE,
               "as the specification has them");
_Static_assert(1 + GPT_SECTORS <= LOADER_SECTOR, "the table ends before the loader begins");

// A partition of `count` sectors, with a text of at most 35 letters. A name must be the only one of
// its kind; it is made of its first sector and `seed`, which is another one for another disk.
struct gpt_entry gpt_partition(const struct uefi_guid *type, uint64_t first, uint64_t count,
                               const char *text, uint32_t seed);

// Both headers of a disk of that many sectors, when its partitions have been entered.
void gpt_seal(struct gpt *gpt, uint64_t sectors, uint32_t seed);

#endif
