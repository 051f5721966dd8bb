// The guest's own page tables: see guest_paging.h.

#include "vmm/memory/guest_paging.h"

#include <string.h>

#include "common/pc/x86.h"
#include "kernel/cpu.h"
#include "vmm/memory/memory.h"
#include "vmm/vmx/guest_state.h"

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

// A page of 4 MiB has bits 39:32 of its address in bits 20:13 of the entry. Of bits 21:13 those are
// reserved that would make the address wider than `width` bits, or than 40.
static uint64_t reserved_4m(unsigned width)
{
    unsigned address = width < 32 ? 0 : (width > 40 ? 40 : width) - 32;

    return (1u << 22) - (1u << (13 + address));
}

// The bits that must be 0 in an entry of `level` which is a leaf, with pages of `span` bytes, or
// not. Source: the formats of paging-structure entries in SDM Vol. 3, "Paging".
static uint64_t reserved_bits(const struct form *form, const struct guest_paging *paging,
                              unsigned level, bool leaf, uint64_t span)
{
    unsigned width = paging->physical_bits ? paging->physical_bits : 52;
    uint64_t bits = 0;

    if (form->levels == 2)
        return leaf && level == 2 ? reserved_4m(width) : 0;
    if (leaf && level > 1)
        bits |= (span - 1) & ~0x1FFFull;  // bit 12 is the PAT's
    if (level == 4)
        bits |= ENTRY_LARGE;
    if (!(paging->efer & EFER_NXE))
        bits |= ENTRY_NO_EXECUTE;
    if (form->levels == 3)
        bits |= 0x7FFull << 52;
    return bits | (form->address & ~((1ull << width) - 1));
}

// Where a leaf leads. A page of 4 MiB has bits 39:32 of its address in bits 20:13 (PSE-36).
static uint64_t page_of(const struct form *form, unsigned level, uint64_t entry, uint64_t span)
{
    uint64_t page = entry & form->address & ~(span - 1);

    if (form->levels == 2 && level == 2)
        page |= (entry >> 13 & 0xFF) << 32;
    return page;
}

// May the access use a page whose entries, all of them together, grant `rights`?
static bool is_allowed(const struct guest_paging *paging, uint64_t rights, uint32_t access)
{
    if (access & PAGE_FAULT_USER)
        return (rights & ENTRY_USER) && (!(access & PAGE_FAULT_WRITE) || (rights & ENTRY_WRITABLE));
    if ((rights & ENTRY_USER) && (paging->cr4 & CR4_SMAP) && !(paging->rflags & RFLAGS_AC))
        return false;
    return !(access & PAGE_FAULT_WRITE) || (rights & ENTRY_WRITABLE) || !(paging->cr0 & CR0_WP);
}

static struct guest_walk fault(uint32_t error)
{
    return (struct guest_walk){.end = WALK_FAULT, .error = error};
}

// Where the walk begins: the highest table in memory, and its level. PAE's four top entries are in
// the CPU, checked when they were loaded, and grant no rights. False if the one is not present.
static bool first_table(const struct form *form, const struct guest_paging *paging, uint64_t linear,
                        unsigned *level, uint64_t *table)
{
    uint64_t top = form->levels == 3 ? paging->pdpte[linear >> 30 & 3] : paging->cr3;

    *level = form->levels == 3 ? 2 : form->levels;
    *table = top & form->address;
    return form->levels != 3 || (top & ENTRY_PRESENT);
}

// `look`: change nothing, and ask for no rights.
static struct guest_walk walk(const struct ept *ept, const struct guest_paging *paging,
                              uint64_t linear, uint32_t access, bool look)
{
    const struct form form = form_of(paging);
    uint64_t table, rights = ENTRY_WRITABLE | ENTRY_USER;
    unsigned level;

    if (!first_table(&form, paging, linear, &level, &table))
        return fault(access);
    for (;; level--) {
        uint64_t span = 1ull << (12 + form.index_bits * (level - 1)), entry = 0, used;
        uint64_t gpa = table + (linear / span & ((1u << form.index_bits) - 1)) * form.entry_size;
        void *at = memory_at(ept, gpa, form.entry_size);
        bool leaf;

        if (!at)
            return (struct guest_walk){.end = WALK_NO_MEMORY, .gpa = gpa};
        memcpy(&entry, at, form.entry_size);
        if (!(entry & ENTRY_PRESENT))
            return fault(access);
        leaf = level == 1 || is_large(&form, paging, level, entry);
        if (entry & reserved_bits(&form, paging, level, leaf, span))
            return fault(access | PAGE_FAULT_PRESENT | PAGE_FAULT_RESERVED);
        rights &= entry;
        if (leaf && !look && !is_allowed(paging, rights, access))
            return fault(access | PAGE_FAULT_PRESENT);
        used = entry | ENTRY_ACCESSED | (leaf && (access & PAGE_FAULT_WRITE) ? ENTRY_DIRTY : 0);
        if (!look && used != entry)
            memcpy(at, &used, form.entry_size);
        if (leaf)
            return (struct guest_walk){.gpa = page_of(&form, level, entry, span) |
                                              (linear & (span - 1))};
        table = entry & form.address;
    }
}

static uint64_t cut(const struct guest_paging *paging, uint64_t linear)
{
    return paging->efer & EFER_LMA ? linear : (uint32_t)linear;
}

struct guest_walk guest_walk(const struct ept *ept, const struct guest_paging *paging,
                             uint64_t linear, uint32_t access)
{
    linear = cut(paging, linear);
    if (!(paging->cr0 & CR0_PG))
        return (struct guest_walk){.gpa = linear};
    return walk(ept, paging, linear, access, false);
}

bool guest_translate(const struct ept *ept, const struct guest_paging *paging, uint64_t linear,
                     uint64_t *gpa)
{
    struct guest_walk found = {.gpa = cut(paging, linear)};

    if (paging->cr0 & CR0_PG)
        found = walk(ept, paging, found.gpa, 0, true);
    *gpa = found.gpa;
    return found.end == WALK_MAPPED;
}
