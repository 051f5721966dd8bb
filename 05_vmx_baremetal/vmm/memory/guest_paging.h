// The guest's own page tables, walked in software: from a linear address to a guest-physical one.
// Only reports and emulated instructions need this; for running code the CPU does it.

#ifndef VMM_MEMORY_GUEST_PAGING_H
#define VMM_MEMORY_GUEST_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "common/pc/x86.h"
#include "vmm/memory/ept.h"

// What decides how the guest translates.
struct guest_paging {
    uint64_t cr0, cr3, cr4, efer;
    uint64_t pdpte[4];       // of PAE paging: the CPU's copies, loaded with CR3
    uint64_t rflags;         // AC lifts SMAP
    unsigned physical_bits;  // width of a physical address; 0: 52, the most there can be
};

enum walk_end {
    WALK_MAPPED,
    WALK_FAULT,      // the CPU would raise #PF
    WALK_NO_MEMORY,  // a page table is where the guest has no memory: an EPT violation
};

struct guest_walk {
    enum walk_end end;
    uint64_t gpa;    // WALK_MAPPED: where it leads; WALK_NO_MEMORY: the page table's entry
    uint32_t error;  // WALK_FAULT: the error code
};

// Translates `linear` for a data access, PAGE_FAULT_WRITE and PAGE_FAULT_USER or'ed as they apply,
// and marks what it went through as accessed and dirty, as the CPU does. Source: SDM Vol. 3,
// "Paging".
struct guest_walk guest_walk(const struct ept *ept, const struct guest_paging *paging,
                             uint64_t linear, uint32_t access);

// Only looks, whatever the rights: writes to `gpa` where `linear` leads. False if the guest has no
// page there.
bool guest_translate(const struct ept *ept, const struct guest_paging *paging, uint64_t linear,
                     uint64_t *gpa);

#endif
