// The tables of common/pc/linux/long_mode.h, read as a CPU reads them.

#include "common/pc/linux/long_mode.h"

#include "common/test/pc/loader.h"

#define FRAME 0x000FFFFFFFFFF000ull  // the address in a table's entry

static uint64_t entry_at(const struct machine *machine, uint64_t table, uint64_t index)
{
    uint64_t entry;

    memcpy(&entry, machine->host + table + index * sizeof(entry), sizeof(entry));
    return entry;
}

// The physical address behind `address`, or ~0. Source: SDM Vol. 3, "4-Level Paging".
static uint64_t walk(const struct machine *machine, uint64_t address)
{
    uint64_t table = LONG_MODE_PAGE_TABLE;

    for (unsigned shift = 39; shift >= 21; shift -= 9) {
        uint64_t entry = entry_at(machine, table, address >> shift & 511);

        if ((entry & 3) != 3)  // present, writable
            return ~0ull;
        table = entry & FRAME;
        if (entry & 0x80)  // a page, not a table
            return shift == 21 ? table + (address & 0x1FFFFF) : ~0ull;
    }
    return ~0ull;
}

int main(void)
{
    struct machine machine;
    uint64_t wrong = 0;

    machine_create(&machine, MIB(2), PROT_READ | PROT_WRITE);
    memset(machine.host, 0xFF, MIB(1));
    long_mode_write(&machine.ram);

    for (uint64_t address = 0; address < GIB(4); address += 0x1FF000)
        wrong += walk(&machine, address) != address;
    is_int(wrong, 0, "every address below 4 GiB is mapped to itself");
    is_int(walk(&machine, GIB(4) - 1), GIB(4) - 1, "the last one too");
    is_int(walk(&machine, GIB(4)), ~0ull, "4 GiB is not mapped");
    is_int(walk(&machine, GIB(512)), ~0ull, "512 GiB neither");

    is_int(entry_at(&machine, LONG_MODE_GDT, 0), 0, "descriptor 0 is null");
    is_int(entry_at(&machine, LONG_MODE_GDT, LONG_MODE_CODE / 8), 0x00AF9B000000FFFF, "code, L");
    is_int(entry_at(&machine, LONG_MODE_GDT, LONG_MODE_DATA / 8), 0x00CF93000000FFFF, "data");
    is_int(LONG_MODE_GDT_LIMIT, LONG_MODE_DATA + 7, "the GDT ends behind the data segment");
    is_int(machine.host[LONG_MODE_GDT - 1], 0xFF, "nothing below the GDT is written");
    is_int(machine.host[0x8000], 0xFF, "and nothing from 32 KiB on");
    return done_testing();
}
