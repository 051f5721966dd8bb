// ept_walk() against a list of what was mapped: pages of 4 KiB, 2 MiB and 1 GiB, with rights of all
// kinds, and the holes between them.

#include "vmx_unit.h"

#include "test/unit/fake/fake_pages.h"
#include "vmm/memory/ept.h"

#define REGIONS 12
#define GIB     (1ull << 30)
#define LEAF    (1ull << 7)
#define ADDRESS 0x000FFFFFFFFFF000

static struct region {
    uint64_t gpa, hpa, size, page;
    unsigned rights;
} regions[REGIONS];

// The entry for `gpa` in the table of `level`, which must be there.
static uint64_t *entry_at(const struct ept *ept, uint64_t gpa, unsigned level)
{
    uint64_t *table = ept->root;

    for (unsigned above = 4; above > level; above--)
        table = phys_to_virt(table[gpa >> (12 + 9 * (above - 1)) & 0x1FF] & ADDRESS);
    return &table[gpa >> (12 + 9 * (level - 1)) & 0x1FF];
}

// What a walk must not be misled by: bits of a leaf that are no part of the address (dirty, and one
// for software), and behind the region an entry that was a page once and isn't present any more.
static void add_noise(const struct ept *ept, const struct region *r)
{
    unsigned level = r->page == PAGE_SIZE ? 1 : r->page == PAGE_SIZE_2M ? 2 : 3;
    uint64_t *last = entry_at(ept, r->gpa + r->size - r->page, level);

    *last |= 1ull << 9 | 1ull << 62;
    if (((uintptr_t)(last + 1) & (PAGE_SIZE - 1)) && !last[1])
        last[1] = r->hpa | LEAF;
}

// One region in each of some gigabytes, of which several are in other PML4 entries.
static void add_region(struct ept *ept, unsigned i)
{
    static const uint64_t sizes[] = {PAGE_SIZE, PAGE_SIZE_2M, GIB};
    struct region *r = &regions[i];
    static const unsigned rights[] = {EPT_ALL, EPT_READ, EPT_READ | EPT_WRITE, EPT_EXECUTE};

    r->rights = rights[i % 4];
    r->page = sizes[random_from(0, 2)];
    r->size = r->page == GIB ? GIB : r->page * random_from(1, 5);
    r->gpa = (i * 137 + 1) * GIB + random_from(0, (GIB - r->size) / r->page) * r->page;
    r->hpa = random_from(1, 63) * GIB + random_from(0, GIB / r->page - 1) * r->page;
    for (uint64_t at = 0; r->page != GIB && at < r->size; at += r->page)
        ept_map(ept, r->gpa + at, r->hpa + at, r->page, r->rights);
    if (r->page == GIB) {
        // ept_map() makes no pages of 1 GiB, but the processor knows them: bit 7 in a PDPTE.
        ept_map(ept, r->gpa, 0, PAGE_SIZE, EPT_ALL);
        *entry_at(ept, r->gpa, 3) = r->hpa | LEAF | r->rights;
    }
    add_noise(ept, r);
}

static const struct region *region_of(uint64_t gpa)
{
    for (unsigned i = 0; i < REGIONS; i++)
        if (gpa - regions[i].gpa < regions[i].size)
            return &regions[i];
    return NULL;
}

// Each entry on the way, as the tables have it.
static void check_entries(const struct ept *ept, uint64_t gpa, const struct ept_walk *walk)
{
    for (unsigned i = 0; i < walk->depth && i < 4; i++) {
        uint64_t entry = *entry_at(ept, gpa, 4 - i);

        if (walk->entry[i] == entry)
            continue;
        unit_say("expected", "GPA %llx: entry[%u] is %llx", HEX(gpa), i, HEX(entry));
        unit_say("got", "%llx", HEX(walk->entry[i]));
        unit_say("hint", "all entries on the way are kept, from the PML4's to the last one");
    }
}

static void check_hole(uint64_t gpa, const struct ept_walk *walk)
{
    if (!walk->mapped && walk->depth >= 1 && walk->depth <= 4 &&
        !(walk->entry[walk->depth - 1] & EPT_ALL) &&
        walk->page_size == PAGE_SIZE << 9 * (4 - walk->depth))
        return;
    unit_say("expected", "GPA %llx: a hole, found at the first entry that isn't present", HEX(gpa));
    unit_say("got", "mapped %d, depth %u, page_size %llx", walk->mapped, walk->depth,
             HEX(walk->page_size));
    unit_say("hint",
             "the entry that isn't present is counted and kept; page_size is what it would cover");
}

static void check_page(uint64_t gpa, const struct region *r, const struct ept_walk *walk)
{
    unsigned depth = r->page == PAGE_SIZE ? 4 : r->page == PAGE_SIZE_2M ? 3 : 2;
    uint64_t hpa = r->hpa + (gpa - r->gpa);

    if (walk->mapped && walk->hpa == hpa && walk->page_size == r->page && walk->depth == depth &&
        (walk->entry[depth - 1] & EPT_ALL) == r->rights)
        return;
    unit_say("expected", "GPA %llx: HPA %llx, page_size %llx, depth %u", HEX(gpa), HEX(hpa),
             HEX(r->page), depth);
    unit_say("got", "mapped %d, HPA %llx, page_size %llx, depth %u", walk->mapped, HEX(walk->hpa),
             HEX(walk->page_size), walk->depth);
    unit_say("hint", "any of the bits 2:0 makes an entry present; bit 7 ends a walk early, in a "
                     "PDPTE (1 GiB) or a PDE (2 MiB); the bits of the GPA that "
                     "no index has used are the offset");
}

int main(int argc, char **argv)
{
    struct ept ept;

    unit_seed(argc, argv);
    ept_create(&ept);
    for (unsigned i = 0; i < REGIONS; i++)
        add_region(&ept, i);
    for (unsigned i = 0; i < 2000; i++) {
        const struct region *near = &regions[random_from(0, REGIONS - 1)], *r;
        uint64_t gpa = near->gpa + random_from(0, 2 * near->size) - near->size / 2;
        struct ept_walk walk;

        if (i % 10 == 0)
            gpa = random_from(0, (1ull << 48) - 1);
        walk = ept_walk(&ept, gpa);
        r = region_of(gpa);
        if (r)
            check_page(gpa, r, &walk);
        else
            check_hole(gpa, &walk);
        check_entries(&ept, gpa, &walk);
    }
    return 0;
}
