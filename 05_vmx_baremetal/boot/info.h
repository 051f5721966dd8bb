// What the loader hands to the kernel, and where things are in low memory while the BIOS's works.
// (The one for UEFI takes low memory where the firmware has some: see boot/uefi/loader.c.)
//
//   0x7C00  boot sector; the stack is below it
//   0x8000  loader, 8 KiB
//   0xA000  struct boot_info, up to 8 KiB; the image table at its start lies behind the loader on
//           the disk too, and is read together with it
//   0xC000  page tables: PML4, PDPT, page directory
//  0x10000  disk buffer, 32 KiB

#ifndef BOOT_INFO_H
#define BOOT_INFO_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/image.h"

#define BOOT_ADDRESS   0x7C00
#define LOADER_ADDRESS 0x8000
#define INFO_ADDRESS   (LOADER_ADDRESS + LOADER_SECTORS * SECTOR_SIZE)
#define TABLES_ADDRESS 0xC000
#define BUFFER_ADDRESS 0x10000
#define BUFFER_SECTORS 64

// One range of the memory map that INT 15h, AX=E820h returns (ACPI specification, "System Address
// Map Interfaces"). Ranges come in any order, may overlap, and may have size 0.
struct e820_range {
    uint64_t base;  // physical address
    uint64_t size;  // bytes
    uint32_t type;
    uint32_t
        attributes;  // bit 0 clear: ignore the range; set by us if the BIOS knows no attributes
};

#define E820_USABLE   1  // every other type is not ours to write to
#define INFO_E820_MAX 128

// Memory that we may use. ACPI 3.0 has ranges that are to be ignored.
static inline bool e820_usable(const struct e820_range *range)
{
    return range->type == E820_USABLE && (range->attributes & 1);
}

// The first address behind a range; a range that claims to go on behind the last address ends
// there.
static inline uint64_t e820_end(const struct e820_range *range)
{
    return range->size > UINT64_MAX - range->base ? UINT64_MAX : range->base + range->size;
}

// Who started us.
enum firmware {
    FIRMWARE_BIOS,
    FIRMWARE_UEFI,
};

#define VGA_TEXT 0xB8000  // the text memory of a VGA

// What the firmware leaves to us to show text on.
enum screen_kind {
    SCREEN_NONE,
    SCREEN_TEXT,  // a VGA in text mode: cells
    SCREEN_RGB,   // a frame buffer: 32 bits a pixel, red in the lowest eight
    SCREEN_BGR,   // the same, with blue there
};

struct boot_screen {
    uint64_t base;           // physical address
    uint32_t kind;           // enum screen_kind
    uint32_t width, height;  // pixels; cells, of a VGA
    uint32_t pitch;          // bytes from one row of pixels to the next
};

// The bytes that it takes in memory.
static inline uint64_t screen_size(const struct boot_screen *screen)
{
    return (uint64_t)screen->pitch * screen->height;
}

struct boot_info {
    struct image_table image;
    uint32_t e820_count;
    uint32_t firmware;  // enum firmware
    uint32_t com1;      // the first of its ports
    uint32_t unused;
    uint64_t rsdp;  // where UEFI says that ACPI's tables begin, or 0
    struct boot_screen screen;
    struct e820_range e820[INFO_E820_MAX];
};

_Static_assert(sizeof(struct e820_range) == 24, "as the BIOS writes it");
_Static_assert(INFO_ADDRESS + sizeof(struct boot_info) <= TABLES_ADDRESS, "low memory overlaps");

#endif
