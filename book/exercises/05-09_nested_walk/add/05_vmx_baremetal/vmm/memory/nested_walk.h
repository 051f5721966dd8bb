// What the CPU does with a linear address of a guest in 64-bit mode: two walks, one inside the
// other.

#ifndef VMM_MEMORY_NESTED_WALK_H
#define VMM_MEMORY_NESTED_WALK_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/memory/ept.h"

struct nested_walk {
    bool mapped;     // by the guest's tables and by EPT
    uint64_t hpa;    // if so: where the address leads
    unsigned reads;  // of entries, the guest's and EPT's together, as without any cache
};

// Follows `linear` through the guest's four-level page tables, whose GPA is in `cr3`, and each
// address on that way through `ept`. Stops at the first entry, of either kind, that isn't present.
// Rights are not looked at. Sources: SDM Vol. 3, "4-Level Paging", "EPT Translation Mechanism".
struct nested_walk nested_walk(const struct ept *ept, uint64_t cr3, uint64_t linear);

#endif
