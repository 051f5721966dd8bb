// MSRs of the guest that are not its own: those that msr_bitmap.c doesn't let through.

#ifndef VMM_EXITS_MSR_H
#define VMM_EXITS_MSR_H

#include "vmm/vcpu/vcpu.h"

// After an exit with REASON_RDMSR or REASON_WRMSR. An MSR that the guest's CPU doesn't have is #GP,
// which is how Linux finds out (rdmsr_safe).
enum resume exit_rdmsr(struct vcpu *vcpu);
enum resume exit_wrmsr(struct vcpu *vcpu);

#endif
