// The EPT builder, on the host.

#include "vmm/memory/ept.h"

#include "common/test/tap.h"
#include "test/unit/fake/fake_pages.h"
#include "test/unit/fake/haswell.h"

// What every leaf must say, spelled out: write-back is 6 in bits 5:3, R W X are bits 2:0.
static void test_leaves(void)
{
    struct ept ept;
    struct ept_walk walk;

    ept_create(&ept);
    is_int(ept_map(&ept, 0, MIB(64), 0x1000, EPT_ALL), EPT_OK, "one page of 4 KiB");
    walk = ept_walk(&ept, 0x123);
    ok(walk.mapped && walk.hpa == MIB(64) + 0x123, "is found, offset and all");
    is_int(walk.depth, 4, "through four entries");
    is_int(walk.entry[3], MIB(64) | 6 << 3 | 7, "its leaf is write-back, read, write, execute");
    is_int(walk.entry[0] & 0xFFF, 7, "a PML4E has no memory type");
    is_int(walk.entry[2] & 0xFFF, 7, "nor has a PDE for a table");
    is_int(walk.page_size, 0x1000, "in a page of 4 KiB");

    walk = ept_walk(&ept, 0x1000);
    ok(!walk.mapped && walk.depth == 4, "the page behind it is a hole in the last table");
    walk = ept_walk(&ept, GIB(1));
    ok(!walk.mapped && walk.depth == 2, "1 GiB is a hole from the PDPTE on");
    ok(!ept_walk(&ept, MIB(64)).mapped, "nothing is mapped to itself");
    ept_destroy(&ept, NULL);
}

static void test_large_pages(void)
{
    struct ept ept;
    struct ept_walk walk;
    uint64_t before;

    ept_create(&ept);
    before = pages;
    is_int(ept_map(&ept, 0, GIB(8), GIB(1), EPT_ALL), EPT_OK, "1 GiB, both ends aligned");
    is_int(pages - before, 2, "needs a PDPT and a PD, no page table");
    walk = ept_walk(&ept, MIB(513) + 5);
    is_int(walk.hpa, GIB(8) + MIB(513) + 5, "a byte in the middle of a 2 MiB page");
    is_int(walk.entry[2], (GIB(8) + MIB(512)) | 1 << 7 | 6 << 3 | 7,
           "its PDE is a write-back leaf");

    before = pages;
    is_int(ept_map(&ept, GIB(2) - 0x1000, GIB(12) - 0x1000, MIB(4) + 0x2000, EPT_READ), EPT_OK,
           "a range that starts one page before 2 MiB and ends one behind");
    is_int(ept_walk(&ept, GIB(2) - 1).page_size, 0x1000, "its first page is small");
    is_int(ept_walk(&ept, GIB(2)).page_size, MIB(2), "the middle is large");
    is_int(ept_walk(&ept, GIB(2) + MIB(4)).page_size, 0x1000, "the last is small");
    ok(!ept_walk(&ept, GIB(2) + MIB(4) + 0x1000).mapped, "and behind it is nothing");
    is_int(ept_walk(&ept, GIB(2)).entry[2] & 7, EPT_READ, "rights are those that were asked for");

    is_int(ept_map(&ept, GIB(3), GIB(13) + 0x1000, MIB(2), EPT_ALL), EPT_OK,
           "2 MiB, HPA unaligned");
    is_int(ept_walk(&ept, GIB(3)).page_size, 0x1000, "get small pages");
    is_int(ept_walk(&ept, GIB(3) + MIB(1)).hpa, GIB(13) + MIB(1) + 0x1000, "in the right order");

    is_int(ept_map(&ept, 0xFFFFFFFFF000, 0xF234567000, 0x2000, EPT_ALL), EPT_TOO_HIGH,
           "one page below 2^48 and one above");
    is_int(ept_map(&ept, 0xFFFFFFFFF000, 0xF234567000, 0x1000, EPT_ALL), EPT_OK,
           "the last page below 2^48");
    is_int(ept_walk(&ept, 0xFFFFFFFFF000).hpa, 0xF234567000,
           "to an address above 8 GiB, all of it");
    ept_destroy(&ept, NULL);
}

static void test_refusals(void)
{
    struct ept ept;

    ept_create(&ept);
    is_int(ept_map(&ept, 1, 0, 0x1000, EPT_ALL), EPT_UNALIGNED, "a GPA within a page");
    is_int(ept_map(&ept, 0, 0x800, 0x1000, EPT_ALL), EPT_UNALIGNED, "an HPA within a page");
    is_int(ept_map(&ept, 0, 0, 0xFFF, EPT_ALL), EPT_UNALIGNED, "a size that is no page");
    is_int(ept_map(&ept, ~0xFFFull, 0, 0x2000, EPT_ALL), EPT_TOO_HIGH, "a range that wraps");
    is_int(ept_map(&ept, MIB(2), MIB(2), MIB(2), EPT_ALL), EPT_OK, "a large page");
    is_int(ept_map(&ept, MIB(3), 0, 0x1000, EPT_ALL), EPT_TAKEN, "a small page within it");
    is_int(ept_map(&ept, 0x1000, 0, 0x1000, EPT_ALL), EPT_OK, "a small page");
    is_int(ept_map(&ept, 0x1000, 0, 0x1000, EPT_ALL), EPT_TAKEN, "the same once more");
    is_int(ept_map(&ept, 0, 0, MIB(2), EPT_ALL), EPT_TAKEN, "a large page over it");
    ept_destroy(&ept, NULL);
}

static void test_reach(void)
{
    struct ept ept;

    ept_create(&ept);
    ok(!ept_reaches(&ept, MIB(16), MIB(32) - 1), "an empty table reaches nothing");
    ept_map(&ept, GIB(1), MIB(32), MIB(4), EPT_READ);
    ok(!ept_reaches(&ept, MIB(16), MIB(32) - 1), "up to the byte before a mapped page: no");
    ok(ept_reaches(&ept, MIB(16), MIB(32)), "one byte more: yes");
    ok(ept_reaches(&ept, MIB(36) - 1, MIB(64)), "its last byte: yes");
    ok(!ept_reaches(&ept, MIB(36), MIB(64)), "the byte behind it: no");
    ok(!ept_reaches(&ept, virt_to_phys(ept.root), virt_to_phys(ept.root)), "nor its own root");
    ept_destroy(&ept, NULL);
}

static void test_faults(void)
{
    struct vmx_capability plain = haswell;

    plain.ept_vpid &= ~1ull;
    is_str(ept_entry_fault(&haswell, MIB(2) | EPT_WRITE, 1), "writable but not readable",
           "W without R");
    ok(!ept_entry_fault(&haswell, MIB(2) | EPT_READ | 6 << 3, 1), "a good PTE");
    ok(!ept_entry_fault(&haswell, MIB(2) | EPT_EXECUTE | 6 << 3, 1),
       "execute-only: the CPU has it");
    is_str(ept_entry_fault(&plain, MIB(2) | EPT_EXECUTE | 6 << 3, 1),
           "executable but not readable, which this CPU lacks", "and one that hasn't");
    ok(!ept_entry_fault(&plain, MIB(2) | EPT_EXECUTE | EPT_READ | 6 << 3, 1),
       "which takes R and X");
    ok(!ept_entry_fault(&haswell, 2 << 3, 1), "what isn't present can't be wrong");
    is_str(ept_entry_fault(&haswell, EPT_READ | 2 << 3, 1), "the memory type is reserved",
           "type 2");
    is_str(ept_entry_fault(&haswell, EPT_READ | 7 << 3, 2 - 1), "the memory type is reserved",
           "type 7");
    is_str(ept_entry_fault(&haswell, EPT_READ | 1 << 7 | 6 << 3 | 0x1000, 2),
           "the address is no multiple of the page's size", "a 2 MiB page at 4 KiB");
    is_str(ept_entry_fault(&haswell, EPT_READ | 6 << 3, 2),
           "bits 6:3 of an entry for a table are reserved", "a table with a memory type");
    is_str(ept_entry_fault(&haswell, EPT_READ | 1 << 7, 4), "bits 7:3 of a PML4E are reserved",
           "a leaf at the top");
    is_str(ept_entry_fault(&haswell, EPT_READ | 1ull << 40, 1),
           "the address is wider than a physical address", "bit 40 of 40");
}

// An empty bus costs four pages, however much of the 48 bits there is nothing.
static void test_fill(void)
{
    struct vmx_capability wide = {.physical_bits = 48};  // this process' pages are anywhere
    struct ept ept;
    struct ept_walk walk;
    uint64_t before;

    ept_create(&ept);
    ept_map(&ept, 0, MIB(64), MIB(16), EPT_ALL);
    ept_map(&ept, GIB(4) - 0x1000, MIB(32), 0x1000, EPT_ALL);
    before = pages;
    ept_fill(&ept);
    is_int(pages - before, 4, "four pages");
    walk = ept_walk(&ept, MIB(3));
    ok(ept_is_memory(&ept, &walk) && walk.hpa == MIB(67), "memory is as it was");
    for (uint64_t gpa = MIB(16); gpa < 1ull << 48; gpa = gpa * 2 + 0x1234) {
        walk = ept_walk(&ept, gpa);
        ok(!ept_is_memory(&ept, &walk) && walk.mapped && walk.depth == 4 &&
               (walk.entry[3] & 7) == 5 && *(uint8_t *)phys_to_virt(walk.hpa) == 0xFF,
           "%llx reads as ones, and executes", (unsigned long long)gpa);
    }
    walk = ept_walk(&ept, GIB(4) - 0x1001);
    ok(!ept_is_memory(&ept, &walk), "up to the last byte in front of a page");
    is_int(ept_walk(&ept, GIB(4) - 1).hpa, MIB(32) + 0xFFF, "which is mapped");
    for (unsigned level = 0; level < EPT_LEVELS; level++)
        ok(!ept_entry_fault(&wide, walk.entry[level], EPT_LEVELS - level),
           "level %u is well-formed", EPT_LEVELS - level);
    ok(!ept_reaches(&ept, 0, MIB(32) - 1), "an empty bus leads to nobody's memory");

    is_int(ept_map(&ept, GIB(300), MIB(48), 0x1000, EPT_READ), EPT_OK, "a page in the midst of it");
    is_int(ept_walk(&ept, GIB(300)).hpa, MIB(48), "is mapped");
    is_int(ept_walk(&ept, GIB(300) + 0x1000).entry[3], walk.entry[3], "behind it is nothing");
    is_int(ept_walk(&ept, GIB(300) - 1).entry[3], walk.entry[3], "and in front of it");
    is_int(ept_map(&ept, MIB(512), MIB(512), MIB(2), EPT_ALL), EPT_OK, "and a large one");
    ept_destroy(&ept, NULL);
}

static void test_hole(void)
{
    struct ept ept;
    struct ept_walk walk;
    uint64_t before = pages;

    ept_create(&ept);
    ept_map(&ept, 0, MIB(8), 0x1000, EPT_ALL);
    ept_fill(&ept);
    is_int(ept_hole(&ept, GIB(3)), EPT_OK, "a hole in the empty bus");
    walk = ept_walk(&ept, GIB(3) + 0xFFF);
    ok(!walk.mapped && walk.page_size == PAGE_SIZE, "of a page");
    ok(ept_walk(&ept, GIB(3) - 1).mapped && ept_walk(&ept, GIB(3) + 0x1000).mapped,
       "and the bus goes on on both sides of it");
    is_int(ept_hole(&ept, GIB(3) + 1), EPT_UNALIGNED, "only of a whole page");
    is_int(ept_hole(&ept, 0), EPT_TAKEN, "and not of memory");
    ept_destroy(&ept, NULL);
    is_int(pages, before, "its tables are given back");
}

static unsigned steps(const struct ept *ept, uint64_t gpa)
{
    struct ept_walk walk = ept_walk(ept, gpa);

    return walk.mapped ? walk.page_size == PAGE_SIZE ? 1 : 2 : 0;
}

// A hole that moves leaves nothing behind.
static void test_cover(void)
{
    static const uint64_t places[] = {0, MIB(2) + 0x1000, MIB(4), GIB(3), GIB(300), MIB(3)};
    struct ept ept;
    uint64_t before = pages, with_tables;

    for (int fill = 0; fill < 2; fill++) {
        ept_create(&ept);
        ept_map(&ept, 0, MIB(64), MIB(4) + 0x2000, EPT_ALL);
        if (fill)
            ept_fill(&ept);
        with_tables = pages;
        for (size_t i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
            uint64_t gpa = places[i], after = gpa + PAGE_SIZE;
            struct ept_walk was = ept_walk(&ept, gpa), next = ept_walk(&ept, after);

            is_int(ept_cover(&ept, gpa), EPT_OK, "a hole at %lx", gpa);
            ok(!ept_walk(&ept, gpa).mapped, "there is nothing at all");
            ok(pages - with_tables <= 3, "it takes three pages at most");
            is_int(ept_walk(&ept, after).mapped, next.mapped, "the next page is as it was");
            is_int(ept_walk(&ept, after + 5).hpa, next.mapped ? ept_walk(&ept, after).hpa + 5 : 0,
                   "with its addresses");
            if (next.page_size == MIB(2) && gpa < MIB(4))
                is_int(ept_walk(&ept, after).hpa, MIB(64) + after, "in the large page, too");
            is_int(ept_cover(&ept, 1), EPT_UNALIGNED, "only of a whole page");
            ok(memcmp(&was, (struct ept_walk[]){ept_walk(&ept, gpa)}, sizeof(was)) == 0,
               "it is gone without a trace");
            is_int(pages, with_tables, "with its tables");
            ept_cover(&ept, gpa);
        }
        is_int(ept_cover(&ept, 1ull << 48), EPT_TOO_HIGH, "beyond the tables it needs none");
        is_int(steps(&ept, MIB(3)), 2, "and the last one is gone");
        ept_cover(&ept, MIB(2));
        ept_destroy(&ept, NULL);
        is_int(pages, before, "nothing is left behind");
    }
}

static void test_allow(void)
{
    struct ept ept;

    ept_create(&ept);
    ept_map(&ept, 0, MIB(64), MIB(2) + 0x2000, EPT_ALL);
    ept_allow(&ept, 0, MIB(2) + 0x1000, EPT_READ);
    is_int(ept_walk(&ept, 0).entry[2], MIB(64) | 1 << 7 | 6 << 3 | EPT_READ, "a large page");
    is_int(ept_walk(&ept, MIB(2)).entry[3], MIB(66) | 6 << 3 | EPT_READ, "and a small one");
    is_int(ept_walk(&ept, MIB(2) + 0x1000).entry[3] & 7, EPT_ALL, "not the one behind it");
    ept_allow(&ept, MIB(4), 0x1000, EPT_ALL);
    ok(!ept_walk(&ept, MIB(4)).mapped, "where nothing is, nothing is allowed");
    ept_destroy(&ept, NULL);
}

static uint64_t released;

static void release(uint64_t hpa, uint64_t size)
{
    ok(hpa >= MIB(8) && hpa < MIB(16), "a page to release");
    released += size;
}

static void test_destroy(void)
{
    struct ept ept;
    uint64_t before = pages;

    ept_create(&ept);
    ept_map(&ept, MIB(2), MIB(8), MIB(2) + 0x1000, EPT_ALL);
    ept_map(&ept, GIB(700), MIB(12), 0x1000, EPT_ALL);
    is_int(pages - before, 4 + 3, "two ranges far apart take seven tables");
    ept_destroy(&ept, release);
    is_int(released, MIB(2) + 0x2000, "all pages that were mapped can be released");
    is_int(pages, before, "and all are given back");
}

int main(void)
{
    struct ept ept;

    test_leaves();
    test_large_pages();
    test_refusals();
    test_reach();
    test_faults();
    test_fill();
    test_hole();
    test_cover();
    test_allow();
    ept_create(&ept);
    is_int(ept_pointer(&ept), virt_to_phys(ept.root) | 3 << 3 | 6, "EPTP: four levels, write-back");
    ept_destroy(&ept, NULL);
    test_destroy();
    return done_testing();
}
