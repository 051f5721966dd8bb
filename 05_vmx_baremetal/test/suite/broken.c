// Breaking a VMCS and mending it: see broken.h. The list is in broken_list.c.

#include "test/suite/broken.h"

#include <string.h>

#include "vmm/vmcs.h"

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

bool broken_is(const struct broken *row, const struct vmcs_violation *violation)
{
    return violation->area == row->area && violation->field == row->field &&
           strcmp(violation->rule, row->rule) == 0;
}
