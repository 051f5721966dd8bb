// nested_walk() on a guest whose memory lies in random places of ours, with page tables in random
// places of its memory. The right answers are noted while the tables are made.

#include "vmx_unit.h"

#include "test/unit/fake/fake_pages.h"
#include "vmm/memory/nested_walk.h"

#define RAM     (8ull << 20)  // bytes of guest memory at GPA 0
#define NOWHERE (1ull << 40)  // a GPA that EPT's first entry for it ends
#define PRESENT 1
#define LARGE   (1 << 7)
#define NX      (1ull << 63)

static struct ept ept;
static unsigned large_pages;  // bit n: EPT has 2 MiB number n of the guest's memory as one page

static void make_memory(void)
{
    ept_create(&ept);
    large_pages = (unsigned)random_from(0, 15);
    for (unsigned n = 0; n < RAM / PAGE_SIZE_2M; n++) {
        uint64_t gpa = n * PAGE_SIZE_2M;

        if (large_pages >> n & 1)
            ept_map(&ept, gpa, virt_to_phys(page_alloc_2m()), PAGE_SIZE_2M, EPT_ALL);
        else
            for (uint64_t at = gpa; at < gpa + PAGE_SIZE_2M; at += PAGE_SIZE)
                ept_map(&ept, at, virt_to_phys(page_alloc()), PAGE_SIZE, EPT_ALL);
    }
}

// How many entries EPT has on the way to a GPA of the guest's memory.
static unsigned depth(uint64_t gpa)
{
    return large_pages >> (gpa / PAGE_SIZE_2M) & 1 ? 3 : 4;
}

static uint64_t *at(uint64_t gpa)
{
    return phys_to_virt(ept_walk(&ept, gpa).hpa);
}

// A page of the guest's memory; never one of the four that `tables` has already.
static uint64_t random_table(uint64_t tables[4])
{
    uint64_t page;

    do
        page = random_from(1, RAM / PAGE_SIZE - 1) << 12;
    while (page == tables[0] || page == tables[1] || page == tables[2] || page == tables[3]);
    return page;
}

enum end { A_PAGE, NOT_PRESENT, NO_MEMORY, ENDS };

static const char *const ends[] = {"a page", "an entry that isn't present",
                                   "a table where the guest has no memory"};

// Writes the guest's entries for `linear`, from the PML4 in `cr3` down to level `last`, where the
// way comes to its end. Returns the answer.
static struct nested_walk make_way(uint64_t cr3, uint64_t linear, unsigned last, enum end end)
{
    struct nested_walk walk = {0};
    uint64_t tables[4] = {cr3};

    for (unsigned level = 4; level >= last; level--) {
        unsigned shift = 12 + 9 * (level - 1);
        uint64_t gpa = tables[4 - level] + (linear >> shift & 0x1FF) * 8;

        walk.reads += depth(gpa) + 1;
        if (level > last) {
            tables[5 - level] = random_table(tables);
            *at(gpa) = tables[5 - level] | PRESENT | NX;
        } else if (end == NOT_PRESENT) {
            *at(gpa) = random_table(tables) | LARGE;
        } else if (end == NO_MEMORY) {
            *at(gpa) = NOWHERE | PRESENT;
            walk.reads++;
        } else {
            uint64_t page = level == 1   ? random_table(tables)
                            : level == 2 ? random_from(0, RAM / PAGE_SIZE_2M - 1) << 21
                                         : 0;
            uint64_t target = page | (linear & ((1ull << shift) - 1));

            *at(gpa) = page | PRESENT | (level > 1 ? LARGE : 0);
            walk.mapped = true;
            walk.hpa = ept_walk(&ept, target).hpa;
            walk.reads += depth(target);
        }
    }
    return walk;
}

static void check_one(void)
{
    uint64_t none[4] = {0}, cr3 = random_table(none);
    // Below 8 MiB in its gigabyte, so that the guest's page of 1 GiB leads to memory that it has.
    uint64_t linear = random_from(0, (1 << 17) - 1) << 30 | random_from(0, RAM - 1);
    enum end end = (enum end)random_from(A_PAGE, NO_MEMORY);
    unsigned last = (unsigned)(end == A_PAGE      ? random_from(1, 3)
                               : end == NO_MEMORY ? random_from(2, 4)
                                                  : random_from(1, 4));
    struct nested_walk right = make_way(cr3, linear, last, end), walk;

    walk = nested_walk(&ept, cr3 | random_from(0, 3) << 3, linear);
    if (walk.mapped == right.mapped && (!right.mapped || walk.hpa == right.hpa) &&
        walk.reads == right.reads)
        return;
    unit_say("expected",
             "linear address %llx, the guest's entry of level %u leads to %s: mapped %d, HPA %llx, "
             "%u reads",
             HEX(linear), last, ends[end], right.mapped, HEX(right.hpa), right.reads);
    unit_say("got", "mapped %d, HPA %llx, %u reads", walk.mapped, HEX(walk.hpa), walk.reads);
    unit_say(
        "hint",
        "each entry of the guest costs EPT's walk to it and itself; the page costs a walk, too");
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    make_memory();
    for (unsigned i = 0; i < 500; i++)
        check_one();
    return 0;
}
