// The page tables, in memory of this process: the tables are real, what they map is not.

#include <stdlib.h>

#include "common/test/tap.h"
#include "kernel/memory/page.h"
#include "kernel/memory/paging.h"

#define KIB4 UINT64_C(0x1000)
#define MIB2 UINT64_C(0x200000)

static int pages;

// In place of kernel/memory/page.c.
void *page_alloc(void)
{
    pages++;
    return memset(aligned_alloc(PAGE_SIZE, PAGE_SIZE), 0, PAGE_SIZE);
}

static void maps(const uint64_t *root, uint64_t address, uint64_t expected, const char *what)
{
    is_int(paging_entry(root, address, NULL), expected, "%s", what);
}

static void test_sizes(void)
{
    uint64_t *root = page_alloc();
    uint64_t size;

    pages = 0;
    paging_map(root, MIB2 - KIB4, MIB2 + 2 * KIB4, MAP_READ_WRITE);
    is_int(pages, 4, "PDPT, directory, and a table on either side of the large page");
    maps(root, MIB2 - KIB4 - 1, 0, "below");
    maps(root, MIB2 - KIB4, (MIB2 - KIB4) | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NO_EXECUTE,
         "the 4 KiB page before");
    maps(root, MIB2, MIB2 | ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_LARGE | ENTRY_NO_EXECUTE,
         "the large page");
    paging_entry(root, 2 * MIB2 - 1, &size);
    is_int(size, MIB2, "its size");
    paging_entry(root, 2 * MIB2, &size);
    is_int(size, KIB4, "the size of the page behind");
    maps(root, 2 * MIB2 + KIB4, 0, "above");
}

static void test_access(void)
{
    uint64_t *root = page_alloc();
    enum map_access all[] = {MAP_NONE, MAP_READ, MAP_READ_WRITE, MAP_READ_EXECUTE};

    for (int i = 0; i < 4; i++) {
        uint64_t entry;

        paging_map(root, KIB4, KIB4, all[i]);
        entry = paging_entry(root, KIB4, NULL);
        ok(!(entry & ENTRY_WRITABLE) || (entry & ENTRY_NO_EXECUTE), "access %d: W^X", i);
        is_int(!!(entry & ENTRY_PRESENT), all[i] != MAP_NONE, "access %d: present", i);
        is_int(!!(entry & ENTRY_WRITABLE), all[i] == MAP_READ_WRITE, "access %d: write", i);
    }
    ok(!(paging_entry(root, KIB4, NULL) & ENTRY_NO_EXECUTE), "code can be executed");
}

static void test_split(void)
{
    uint64_t *root = page_alloc();
    uint64_t rest = ENTRY_PRESENT | ENTRY_WRITABLE | ENTRY_NO_EXECUTE;

    paging_map(root, 0, 4 * MIB2, MAP_READ_WRITE);
    paging_map(root, MIB2 + 5 * KIB4, KIB4, MAP_NONE);
    maps(root, MIB2 + 5 * KIB4, 0, "a guard page inside of a large page");
    maps(root, MIB2 + 4 * KIB4, (MIB2 + 4 * KIB4) | rest, "the page before it stays");
    maps(root, MIB2 + 6 * KIB4, (MIB2 + 6 * KIB4) | rest, "the page behind it as well");
    maps(root, 2 * MIB2, 2 * MIB2 | rest | ENTRY_LARGE, "the next large page is whole");

    pages = 0;
    paging_map(root, MIB2, MIB2, MAP_READ);
    is_int(pages, 0, "a table that is there is used again");
    maps(root, MIB2 + 5 * KIB4, (MIB2 + 5 * KIB4) | ENTRY_PRESENT | ENTRY_NO_EXECUTE,
         "mapped anew, to the last page");
}

static void test_high(void)
{
    uint64_t *root = page_alloc();
    uint64_t high = UINT64_C(0x7F1234400000);  // above 127 TiB
    uint64_t size;

    paging_map(root, high, MIB2, MAP_READ);
    maps(root, high + 0x1234, high | ENTRY_PRESENT | ENTRY_LARGE | ENTRY_NO_EXECUTE,
         "no address bit is lost");
    maps(root, high & 0xFFFFFFFF, 0, "nor mapped where its lower half is");
    ok(!paging_entry(root, 0, &size) && size == UINT64_C(1) << 39, "an empty PML4 entry: 512 GiB");
}

int main(void)
{
    test_sizes();
    test_access();
    test_split();
    test_high();
    return done_testing();
}
