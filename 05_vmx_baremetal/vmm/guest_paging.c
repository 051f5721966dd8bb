// The guest's own page tables: see guest_paging.h.

#include "vmm/guest_paging.h"

#include <string.h>

#include "kernel/cpu.h"
#include "vmm/memory.h"

#define ENTRY_PRESENT (1u << 0)
#define ENTRY_LARGE   (1u << 7)
#define CR4_PSE       (1u << 4)

// The three forms of page table.
struct form {
    unsigned levels, entry_size, index_bits;
    uint64_t address;  // the bits of an entry that are an address
};

static struct form form_of(const struct guest_paging *paging)
{
    if (paging->efer & EFER_LMA)
        return (struct form){4, 8, 9, 0x000FFFFFFFFFF000};
    if (paging->cr4 & CR4_PAE)
        return (struct form){3, 8, 9, 0x000FFFFFFFFFF000};
    return (struct form){2, 4, 10, 0xFFFFF000};
}

// Bit 7 of an entry of `level` (1: PTE) ends the walk early.
static bool is_large(const struct form *form, const struct guest_paging *paging, unsigned level,
                     uint64_t entry)
{
    if (level == 1 || level == 4 || !(entry & ENTRY_LARGE))
        return false;
    return form->levels > 2 ? level == 2 || form->levels == 4 : paging->cr4 & CR4_PSE;
}

bool guest_translate(const struct ept *ept, const struct guest_paging *paging, uint64_t linear,
                     uint64_t *gpa)
{
    const struct form form = form_of(paging);
    uint64_t table = paging->cr3 & form.address;

    if (form.levels == 3)
        table = paging->cr3 & 0xFFFFFFE0;  // four entries, aligned to 32 bytes
    if (form.levels < 4)
        linear &= 0xFFFFFFFF;
    *gpa = linear;
    if (!(paging->cr0 & CR0_PG))
        return true;
    for (unsigned level = form.levels; level > 0; level--) {
        unsigned shift = 12 + form.index_bits * (level - 1);
        uint64_t index = linear >> shift & ((1u << form.index_bits) - 1);
        const void *at = memory_at(ept, table + index * form.entry_size, form.entry_size);
        uint64_t entry = 0, offset = (1ull << shift) - 1;

        if (!at)
            return false;
        memcpy(&entry, at, form.entry_size);
        if (!(entry & ENTRY_PRESENT))
            return false;
        if (level == 1 || is_large(&form, paging, level, entry)) {
            *gpa = (entry & form.address & ~offset) | (linear & offset);
            return true;
        }
        table = entry & form.address;
    }
    return false;
}
