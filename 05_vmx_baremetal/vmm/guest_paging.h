// The guest's own page tables, walked in software: from a linear address to a guest-physical one.
// Only reports and emulated instructions need this; for running code the CPU does it.

#ifndef VMM_GUEST_PAGING_H
#define VMM_GUEST_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/ept.h"

// What decides how the guest translates.
struct guest_paging {
    uint64_t cr0, cr3, cr4, efer;
};

// Writes to `gpa` where `linear` leads. False if the guest has no page there. Rights are not looked
// at. Source: SDM Vol. 3, "Paging".
bool guest_translate(const struct ept *ept, const struct guest_paging *paging, uint64_t linear,
                     uint64_t *gpa);

#endif
