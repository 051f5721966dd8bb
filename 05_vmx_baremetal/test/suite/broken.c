// Breaking a VMCS and mending it: see broken.h.

#include "test/suite/broken.h"

#include <string.h>

#include "vmm/vmx/vmcs.h"

#define MAX 8  // one change can break several rules

struct guest_state broken_start(enum mode mode, uint64_t cr3)
{
    switch (mode) {
    case PROTECTED: return guest_state_protected(0);
    case PAE: return guest_state_pae(0, cr3);
    case LONG: return guest_state_long(0, cr3);
    default: return guest_state_real(0, 0, 0);
    }
}

void broken_apply(const struct broken *row, uint64_t old[CHANGES])
{
    for (unsigned i = 0; i < CHANGES && row->change[i].how != NONE; i++) {
        const struct change *change = &row->change[i];

        old[i] = vmcs_read(change->field);
        if (change->how == ON)
            vmcs_write(change->field, old[i] | change->value);
        else if (change->how == OFF)
            vmcs_write(change->field, old[i] & ~change->value);
        else
            vmcs_write(change->field, change->value);
    }
}

// Backwards, because one field may have been changed twice.
void broken_undo(const struct broken *row, const uint64_t old[CHANGES])
{
    for (unsigned i = CHANGES; i-- > 0;)
        if (row->change[i].how != NONE)
            vmcs_write(row->change[i].field, old[i]);
}

bool broken_found(const struct vmx_capability *cap, enum vmcs_area area, const struct broken *row)
{
    struct vmcs_violation list[MAX];
    unsigned count = vmcs_check(cap, list, MAX);

    for (unsigned i = 0; i < count && i < MAX; i++)
        if (list[i].area == area && list[i].field == row->field &&
            strcmp(list[i].rule, row->rule) == 0)
            return true;
    return false;
}
