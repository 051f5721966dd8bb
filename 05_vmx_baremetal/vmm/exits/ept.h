// What EPT doesn't let the guest do.

#ifndef VMM_EXITS_EPT_H
#define VMM_EXITS_EPT_H

#include "vmm/vcpu/vcpu.h"

// After an exit with REASON_EPT_VIOLATION: the guest touches what is not its memory. A read where a
// PC has no device finds an empty bus, see memory_add_bus(); anything else is the guest's end.
enum resume exit_ept_violation(struct vcpu *vcpu);

// After an exit with REASON_EPT_MISCONFIG: an entry of the EPT itself is one that no CPU accepts.
// The mistake is ours, not the guest's.
enum resume exit_ept_misconfig(struct vcpu *vcpu);

#endif
