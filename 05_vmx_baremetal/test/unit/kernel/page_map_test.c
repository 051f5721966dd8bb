// The map of free pages, over the memory of machines that are not here.

#include <stdlib.h>

#include "common/test/tap.h"
#include "kernel/memory/page_map.h"

#define MIB      (UINT64_C(1) << 20)
#define GIB      (UINT64_C(1) << 30)
#define TIB      (UINT64_C(1) << 40)
#define RESERVED 2
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static struct page_map map;

static void start(const struct e820_range *ranges, unsigned count)
{
    free(map.taken);
    page_map_init(&map, malloc(page_map_bytes(page_map_count(ranges, count))), ranges, count);
}

// As QEMU and Bochs have it, with 256 MiB.
static const struct e820_range pc[] = {
    {0, 0x9FC00, E820_USABLE, 1},         {0x9FC00, 0x400, RESERVED, 1},
    {0xF0000, 0x10000, RESERVED, 1},      {MIB, 255 * MIB - 0x20000, E820_USABLE, 1},
    {256 * MIB - 0x20000, 0x20000, 3, 1}, {0xFFFC0000, 0x40000, RESERVED, 1},
};

static void test_pc(void)
{
    start(pc, COUNT(pc));
    is_int(map.count, (256 * MIB - 0x20000) / 4096, "the map ends with usable memory");
    is_int(map.free, 0x9F + (255 * MIB - 0x20000) / 4096, "only whole usable pages are free");
    page_map_reserve(&map, 0, MIB);
    is_int(page_map_take(&map, 1, 1), 0x100, "the lowest free page comes first");
    is_int(page_map_take(&map, 1, 1), 0x101, "then the next");
    is_int(page_map_take(&map, 512, 512), 0x200, "a run begins where it should");
    is_int(page_map_take(&map, 1, 1), 0x102, "the gap before it is not lost");
    ok(page_map_give(&map, 0x101, 1), "a page is given back");
    is_int(page_map_take(&map, 1, 1), 0x101, "and is the lowest again");
    ok(!page_map_give(&map, 0x103, 1), "a free page is refused");
    ok(!page_map_give(&map, 0x102, 2), "a run that is free in part as well");
    ok(!page_map_give(&map, map.count - 1, 2), "and one that leaves the map");
    ok(!page_map_give(&map, UINT64_MAX, 2), "and one that wraps around");
}

static void test_exhaust(void)
{
    uint64_t free_before, page, taken = 0;

    start(pc, COUNT(pc));
    free_before = map.free;
    is_int(page_map_take(&map, map.count + 1, 1), PAGE_NONE, "more than there is");
    is_int(map.free, free_before, "what failed takes nothing");
    while ((page = page_map_take(&map, 1, 1)) != PAGE_NONE)
        taken += page < 0x9F || (page >= 0x100 && page < map.count);
    is_int(taken, free_before, "every page comes once, and no other");
    is_int(map.free, 0, "none is left");
    ok(page_map_give(&map, 0x100, 1024) && page_map_take(&map, 1024, 512) == PAGE_NONE,
       "1024 pages at the wrong place are no aligned run");
    is_int(page_map_take(&map, 512, 512), 0x200, "but hold a smaller one");
}

static void test_large(void)
{
    // 3 GiB below the PCI hole, the rest from 4 GiB on, and out of order.
    static const struct e820_range large[] = {
        {4 * GIB, TIB, E820_USABLE, 1},
        {MIB, 3 * GIB - MIB, E820_USABLE, 1},
        {3 * GIB, GIB, RESERVED, 1},
    };

    start(large, COUNT(large));
    is_int(map.count, (TIB + 4 * GIB) / 4096, "1 TiB: no ceiling");
    is_int(map.free, (TIB + 3 * GIB - MIB) / 4096, "1 TiB and a little");
    page_map_reserve(&map, 0, 3 * GIB);
    is_int(page_map_take(&map, 1, 1), 4 * GIB / 4096, "the hole is skipped");
    is_int(page_map_take(&map, 256 * GIB / 4096, 512), (4 * GIB + 2 * MIB) / 4096,
           "256 GiB in one run");
    page_map_reserve(&map, 0, TIB);
    is_int(page_map_take(&map, 1, 1), TIB / 4096, "a page number above 2^28");
}

static void test_strange(void)
{
    // Overlaps, empty ranges, odd edges, ranges to be ignored, a range behind the last address.
    static const struct e820_range strange[] = {
        {0x1800, 0x3000, E820_USABLE, 1},  // pages 2 and 3 whole
        {0x3000, 0x100, RESERVED, 1},      // takes 3
        {0x8000, 0, E820_USABLE, 1},
        {0x8000, 0x1000, E820_USABLE, 0},  // attribute bit 0 clear: as if it were not there
        {0xA000, 0x2000, E820_USABLE, 1},
        {0xB000, 0x2000, E820_USABLE, 1},
        {0xFFFFFFFFFFFFF000, 0x2000, RESERVED, 1},
    };

    start(strange, COUNT(strange));
    is_int(map.count, 0xD, "the map ends with the highest usable page");
    is_int(map.free, 1 + 3, "pages 2, and A to C once");
    is_int(page_map_take(&map, 1, 1), 2, "a page that is usable in part is not used");
    is_int(page_map_take(&map, 3, 1), 0xA, "ranges that overlap are one");

    start(strange, 0);
    is_int(page_map_take(&map, 1, 1), PAGE_NONE, "no map, no memory");
}

static void test_place(void)
{
    static const struct e820_range machine[] = {
        {UINT64_MAX, 1, E820_USABLE, 1},  // rounded up, it is behind the last page
        {MIB, 7 * MIB, E820_USABLE, 1},
        {8 * MIB, MIB, RESERVED, 1},
        {9 * MIB + 1, 7 * MIB - 1, E820_USABLE, 1},
        {16 * MIB, 16 * MIB, E820_USABLE, 0},
        {32 * MIB, GIB - 32 * MIB, E820_USABLE, 1},
    };
    unsigned count = COUNT(machine);  // up to 1 GiB: 32 KiB of bitmap

    is_int(page_map_place(machine + 1, count - 1, 3 * MIB, GIB), 3 * MIB,
           "its place is where it is wanted");
    is_int(page_map_place(machine + 1, count - 1, 3 * MIB + 1, GIB), 3 * MIB + 4096, "at a page");
    is_int(page_map_place(machine + 1, count - 1, 8 * MIB - 0x8000, GIB), 8 * MIB - 0x8000,
           "and ends with the memory there");
    is_int(page_map_place(machine + 1, count - 1, 8 * MIB - 0x7000, GIB), 9 * MIB + 4096,
           "or is in the next range, in its first whole page");
    is_int(page_map_place(machine + 1, count - 1, 16 * MIB, GIB), 32 * MIB,
           "but in none that is to be ignored");
    is_int(page_map_place(machine + 1, count - 1, GIB - 0x8000, GIB), GIB - 0x8000,
           "up to the limit");
    is_int(page_map_place(machine + 1, count - 1, GIB - 0x7000, GIB), 0, "and not behind it");
    is_int(page_map_place(machine + 1, count - 1, 33 * MIB, 32 * MIB), 0, "nor before it");
    is_int(page_map_place(machine, 2, 3 * MIB, GIB), 0,
           "a range behind the last page needs too large a map");
}

int main(void)
{
    test_pc();
    test_exhaust();
    test_large();
    test_strange();
    test_place();
    free(map.taken);
    return done_testing();
}
