// What happens after an exit: one row for each reason of the SDM's table.

#ifndef VMM_EXITS_EXITS_H
#define VMM_EXITS_EXITS_H

#include "vmm/vcpu/vcpu.h"

struct exit_row {
    enum resume (*handle)(struct vcpu *vcpu);
    const char *note;  // why it is handled so; where it ends the guest, what the report says
};

// The row of the basic exit reason `reason`. There always is one: numbers that the SDM doesn't
// define have one in common.
const struct exit_row *exit_row(uint32_t reason);

#endif
