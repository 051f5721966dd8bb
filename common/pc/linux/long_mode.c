// The tables of long_mode.h.

#include "common/pc/linux/long_mode.h"
#include "common/pc/x86.h"

#define PDPT     (LONG_MODE_PAGE_TABLE + PAGE_SIZE)
#define PD       (PDPT + PAGE_SIZE)
#define PD_COUNT 4    // one GiB each
#define ENTRIES  512  // in each table

#define TABLE (ENTRY_PRESENT | ENTRY_WRITABLE)  // so is what it leads to

static void put_entry(const struct guest_ram *ram, uint64_t table, unsigned index, uint64_t value)
{
    guest_ram_write(ram, table + index * sizeof(value), &value, sizeof(value));
}

void long_mode_write(const struct guest_ram *ram)
{
    guest_ram_clear(ram, LONG_MODE_GDT, PD + PD_COUNT * PAGE_SIZE - LONG_MODE_GDT);

    put_entry(ram, LONG_MODE_GDT, LONG_MODE_CODE / 8, DESCRIPTOR_CODE64);
    put_entry(ram, LONG_MODE_GDT, LONG_MODE_DATA / 8, DESCRIPTOR_DATA);

    put_entry(ram, LONG_MODE_PAGE_TABLE, 0, PDPT | TABLE);
    for (unsigned i = 0; i < PD_COUNT; i++)
        put_entry(ram, PDPT, i, (PD + i * PAGE_SIZE) | TABLE);
    for (unsigned i = 0; i < PD_COUNT * ENTRIES; i++)  // the directories are neighbours
        put_entry(ram, PD, i, i * PAGE_SIZE_2M | ENTRY_LARGE | TABLE);
}
