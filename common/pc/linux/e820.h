// The memory map that a PC's firmware hands to the operating system: which guest-physical addresses
// are RAM and which are not. Named after the BIOS call that used to return it, INT 15h with
// AX=E820h.
//
// Taught in book/03_linux_boot. Source: ACPI, "INT 15H, E820H - Query System Address Map".

#ifndef COMMON_PC_E820_H
#define COMMON_PC_E820_H

#include <stdbool.h>
#include <stdint.h>

#define E820_MAX 128  // entries that fit into Linux' boot_params

enum e820_type {
    E820_RAM = 1,
    E820_RESERVED = 2,
    E820_ACPI = 3,  // ACPI tables: RAM once the system has read them
};

struct e820_entry {
    uint64_t start;  // bytes
    uint64_t size;   // bytes
    uint32_t type;   // enum e820_type
} __attribute__((packed));

_Static_assert(sizeof(struct e820_entry) == 20, "Linux reads an array of these");

// Always sorted by address and without overlap; what no entry covers is nobody's.
struct e820 {
    unsigned count;
    struct e820_entry entries[E820_MAX];
};

// Makes `size` bytes at `start` be of `type`, whatever they were before. Returns false if the map
// is full or the range reaches beyond 64 bits; the map is then unchanged.
bool e820_set(struct e820 *map, uint64_t start, uint64_t size, enum e820_type type);

// Is every one of `size` bytes at `start` RAM?
bool e820_is_ram(const struct e820 *map, uint64_t start, uint64_t size);

#endif
