// The tables of long_mode.h.

#include "common/pc/long_mode.h"

#define PAGE      4096
#define HUGE_PAGE (2ull << 20)
#define PDPT      (LONG_MODE_PAGE_TABLE + PAGE)
#define PD        (PDPT + PAGE)
#define PD_COUNT  4    // one GiB each
#define ENTRIES   512  // in each table

#define PRESENT  (1u << 0)
#define WRITABLE (1u << 1)
#define HUGE     (1u << 7)  // in a page directory: a page of 2 MiB, not a table

// Base 0 and limit 4 GiB, which 64-bit mode ignores; what it looks at is type, presence, and the L
// flag that makes code 64-bit code.
#define CODE_64 0x00AF9B000000FFFF  // present, execute/read, accessed, L
#define DATA    0x00CF93000000FFFF  // present, read/write, accessed

static void put_entry(const struct guest_ram *ram, uint64_t table, unsigned index, uint64_t value)
{
    guest_ram_write(ram, table + index * sizeof(value), &value, sizeof(value));
}

void long_mode_write(const struct guest_ram *ram)
{
    guest_ram_clear(ram, LONG_MODE_GDT, PD + PD_COUNT * PAGE - LONG_MODE_GDT);

    put_entry(ram, LONG_MODE_GDT, LONG_MODE_CODE / 8, CODE_64);
    put_entry(ram, LONG_MODE_GDT, LONG_MODE_DATA / 8, DATA);

    put_entry(ram, LONG_MODE_PAGE_TABLE, 0, PDPT | WRITABLE | PRESENT);
    for (unsigned i = 0; i < PD_COUNT; i++)
        put_entry(ram, PDPT, i, (PD + i * PAGE) | WRITABLE | PRESENT);
    for (unsigned i = 0; i < PD_COUNT * ENTRIES; i++)  // the directories are neighbours
        put_entry(ram, PD, i, i * HUGE_PAGE | HUGE | WRITABLE | PRESENT);
}
