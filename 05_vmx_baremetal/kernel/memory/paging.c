// 4-level paging (SDM Vol. 3, "4-Level Paging and 5-Level Paging").
//
//   47       39 38       30 29       21 20       12 11         0
//  |   PML4    |   PDPT    | directory |   table   |   offset   |
//      level 4     level 3     level 2     level 1

#include "kernel/memory/paging.h"

#include <stddef.h>

#include "kernel/memory/page.h"

// The bytes that one entry of a level maps: 4 KiB, 2 MiB, 1 GiB, 512 GiB.
static uint64_t span(int level)
{
    return PAGE_SIZE << 9 * (level - 1);
}

static unsigned entry_index(uint64_t address, int level)
{
    return address / span(level) % 512;
}

static uint64_t *entry_table(uint64_t entry)
{
    return phys_to_virt(entry & ENTRY_ADDRESS);
}

static uint64_t access_bits(enum map_access access)
{
    switch (access) {
    case MAP_READ: return ENTRY_PRESENT | ENTRY_NO_EXECUTE;
    case MAP_READ_WRITE: return ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NO_EXECUTE;
    case MAP_READ_EXECUTE: return ENTRY_PRESENT;
    case MAP_SCREEN: return ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NO_EXECUTE | ENTRY_PAT_1;
    case MAP_NONE: break;
    }
    return 0;
}

// Makes an entry of `level` point to a table. What a large page mapped there, the table maps as
// well.
static uint64_t *entry_open(uint64_t *entry, int level)
{
    uint64_t *table;
    uint64_t child = *entry;

    if ((child & ENTRY_PRESENT) && !(child & ENTRY_LARGE))
        return entry_table(child);
    table = page_alloc();
    if (child & ENTRY_PRESENT) {
        if (level == 2)
            child &= ~ENTRY_LARGE;  // in a table, bit 7 is PAT
        for (int i = 0; i < 512; i++, child += span(level - 1))
            table[i] = child;
    }
    // What a table forbids, its entries cannot allow; so it forbids nothing.
    *entry = virt_to_phys(table) | ENTRY_PRESENT | ENTRY_WRITABLE;
    return table;
}

// Maps one page and returns its size: as large as address and size allow.
static uint64_t map_page(uint64_t *table, uint64_t address, uint64_t size, uint64_t bits)
{
    for (int level = 4;; level--) {
        uint64_t *entry = &table[entry_index(address, level)];
        bool large = level == 2 && address % span(2) == 0 && size >= span(2);

        // A directory entry that has a table keeps it, rather than lose track of the page.
        if (large && (*entry & ENTRY_PRESENT) && !(*entry & ENTRY_LARGE))
            large = false;
        if (large || level == 1) {
            *entry = bits ? address | bits | (large ? ENTRY_LARGE : 0) : 0;
            return span(level);
        }
        table = entry_open(entry, level);
    }
}

void paging_map(uint64_t *root, uint64_t address, uint64_t size, enum map_access access)
{
    while (size) {
        uint64_t mapped = map_page(root, address, size, access_bits(access));

        address += mapped;
        size -= mapped;
    }
}

uint64_t paging_entry(const uint64_t *root, uint64_t address, uint64_t *size)
{
    const uint64_t *table = root;

    for (int level = 4;; level--) {
        uint64_t entry = table[entry_index(address, level)];

        if (size)
            *size = span(level);
        if (!(entry & ENTRY_PRESENT))
            return 0;
        if (level == 1 || (entry & ENTRY_LARGE))
            return entry;
        table = entry_table(entry);
    }
}
