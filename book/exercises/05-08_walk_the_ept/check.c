// ept_walk() against a list of what was mapped: pages of 4 KiB, 2 MiB and 1 GiB, and the holes
// between them.

#include "vmx_unit.h"

#include "test/unit/fake/fake_pages.h"
#include "vmm/memory/ept.h"

#define REGIONS 12
#define GIB     (1ull << 30)
#define LEAF    (1ull << 7)

static struct region {
    uint64_t gpa, hpa, size, page;
} regions[REGIONS];

// One region in each of some gigabytes, of which several are in other PML4 entries.
static void add_region(struct ept *ept, unsigned i)
{
    static const uint64_t sizes[] = {PAGE_SIZE, PAGE_SIZE_2M, GIB};
    struct region *r = &regions[i];
    uint64_t *pdpt;

    r->page = sizes[random_from(0, 2)];
    r->size = r->page == GIB ? GIB : r->page * random_from(1, 5);
    r->gpa = (i * 137 + 1) * GIB + random_from(0, (GIB - r->size) / r->page) * r->page;
    r->hpa = random_from(1, 63) * GIB + random_from(0, GIB / r->page - 1) * r->page;
    for (uint64_t at = 0; r->page != GIB && at < r->size; at += r->page)
        ept_map(ept, r->gpa + at, r->hpa + at, r->page, EPT_ALL);
    if (r->page != GIB)
        return;
    // ept_map() makes no pages of 1 GiB, but the processor knows them: bit 7 in a PDPTE.
    ept_map(ept, r->gpa, 0, PAGE_SIZE, EPT_ALL);
    pdpt = phys_to_virt(ept->root[r->gpa >> 39] & 0x000FFFFFFFFFF000);
    pdpt[r->gpa >> 30 & 0x1FF] = r->hpa | LEAF | EPT_ALL;
}

static const struct region *region_of(uint64_t gpa)
{
    for (unsigned i = 0; i < REGIONS; i++)
        if (gpa - regions[i].gpa < regions[i].size)
            return &regions[i];
    return NULL;
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
        (walk->entry[depth - 1] & EPT_ALL) == EPT_ALL)
        return;
    unit_say("expected", "GPA %llx: HPA %llx, page_size %llx, depth %u", HEX(gpa), HEX(hpa),
             HEX(r->page), depth);
    unit_say("got", "mapped %d, HPA %llx, page_size %llx, depth %u", walk->mapped, HEX(walk->hpa),
             HEX(walk->page_size), walk->depth);
    unit_say(
        "hint",
        "bit 7 ends a walk early, in a PDPTE (1 GiB) or a PDE (2 MiB); the bits of the GPA that "
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
    }
    return 0;
}
