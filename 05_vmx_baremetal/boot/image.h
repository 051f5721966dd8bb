// The disk image: what mkimage writes, the loader reads, and the kernel looks payloads up in.
//
//   sector 0        boot sector, with a partition table
//          1..39    free for the other kind of partition table, which UEFI has: see boot/uefi/gpt.h
//          40..55   loader
//          56..63   image table: one entry a file
//          64..     the files: first the hypervisor, then the payloads, each padded to whole pages
//
// Taught in book/05_vmx_baremetal.

#ifndef BOOT_IMAGE_H
#define BOOT_IMAGE_H

#include <stdint.h>

#define SECTOR_SIZE    512
#define LOADER_SECTOR  40
#define LOADER_SECTORS 16
#define TABLE_SECTOR   (LOADER_SECTOR + LOADER_SECTORS)
#define TABLE_SECTORS  8
#define FILES_SECTOR   (TABLE_SECTOR + TABLE_SECTORS)

#define IMAGE_MAGIC   "HV-STEPS"  // 8 bytes, without the terminating zero
#define IMAGE_VERSION 1
#define IMAGE_FILES   127  // as many as fill the table's sectors

// The hypervisor is linked to run at 1 MiB, where the memory above the BIOS area begins, and ends,
// with its .bss, before 3 MiB. There the payloads begin, one after the other. In the gap from 8 to
// 16 MiB is none: OVMF keeps some of it, and old machines have a hole at 15 MiB. A file that would
// end there goes behind it, and so do those that follow. For small files 4 MiB of memory will do.
#define HYPERVISOR_ADDRESS 0x100000
#define PAYLOAD_ADDRESS    0x300000
#define GAP_ADDRESS        0x800000
#define GAP_END            0x1000000
#define PAYLOAD_LIMIT      0x40000000  // 1 GiB: the end of the loader's page tables

// One file. Sizes are in bytes; on the disk and in memory it fills whole pages of 4 KiB, the rest
// of the last one is zero and counts in the checksum.
struct image_file {
    char name[16];      // ends with a zero
    uint32_t sector;    // where it starts on the disk
    uint32_t size;      // bytes
    uint32_t address;   // where it goes in physical memory
    uint32_t checksum;  // CRC-32C of all its pages
};

struct image_table {
    char magic[8];
    uint32_t checksum;  // CRC-32C of everything behind this field
    uint32_t version;
    uint32_t count;
    uint32_t unused[3];
    struct image_file files[IMAGE_FILES];
};

_Static_assert(sizeof(struct image_file) == 32, "the loader steps through files by 32 bytes");
_Static_assert(sizeof(struct image_table) == TABLE_SECTORS * SECTOR_SIZE,
               "the table fills its sectors");

#endif
