// The memory map of common/pc/linux/e820.h: whatever a new range meets, it wins, and the map stays
// sorted and without overlap.

#include "common/pc/linux/e820.h"
#include "common/test/tap.h"

int main(void)
{
    struct e820 map = {0};

    ok(e820_set(&map, 100, 100, E820_RAM) && e820_set(&map, 300, 100, E820_RAM), "two entries");
    e820_set(&map, 200, 100, E820_RAM);
    is_int(map.count, 1, "the gap between them filled: one");
    e820_set(&map, 150, 10, E820_ACPI);
    is_int(map.count, 3, "a hole in the middle: three");
    ok(e820_is_ram(&map, 100, 50) && !e820_is_ram(&map, 100, 51), "RAM up to the hole");
    ok(!e820_is_ram(&map, 155, 1) && e820_is_ram(&map, 160, 240), "and behind it");
    e820_set(&map, 0, 1000, E820_RESERVED);
    is_int(map.count, 1, "a range over everything: one");
    is_int(map.entries[0].size, 1000, "of its size");
    ok(!e820_set(&map, UINT64_MAX - 10, 100, E820_RAM), "beyond 64 bits: refused");
    for (unsigned i = 0; e820_set(&map, 2000 + 20 * i, 10, E820_RAM); i++)
        ;
    is_int(map.count, E820_MAX, "a full map refuses");
    return done_testing();
}
