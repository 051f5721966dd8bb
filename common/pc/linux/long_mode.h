// What a CPU needs in memory before it can be in 64-bit mode: page tables, and descriptors for its
// segments. A boot loader that enters Linux at its 64-bit entry point brings them along.
//
//     0x1000  GDT: null, unused, code (selector 0x10), data (0x18)
//     0x2000  PML4          1 entry  ─> PDPT
//     0x3000  PDPT          4 entries ─> page directories
//     0x4000  4 page directories, 512 entries each: 2 MiB pages, virtual = physical up to 4 GiB
//
// Linux replaces both within its first instructions; nothing has to keep this memory.
//
// Taught in book/03_linux_boot. Source: Linux x86 boot protocol, "64-bit Boot Protocol"; SDM Vol.
// 3, "4-Level Paging and 5-Level Paging", "Segment Descriptors". Used by stages 03 and 04 under KVM
// and by 05 on bare metal, which put the same values into different places.

#ifndef COMMON_PC_LONG_MODE_H
#define COMMON_PC_LONG_MODE_H

#include <stdint.h>

#include "common/pc/guest_ram.h"

#define LONG_MODE_GDT        0x1000
#define LONG_MODE_GDT_LIMIT  (4 * 8 - 1)
#define LONG_MODE_CODE       0x10    // selectors that Linux expects: its __BOOT_CS
#define LONG_MODE_DATA       0x18    // and __BOOT_DS
#define LONG_MODE_PAGE_TABLE 0x2000  // CR3

// Writes GDT and page tables into guest RAM, which must have 32 KiB at 0.
void long_mode_write(const struct guest_ram *ram);

#endif
