// CPUID and XSETBV of the guest: what its CPU has, and which part of that it switches on.

#ifndef VMM_EXITS_CPUID_H
#define VMM_EXITS_CPUID_H

#include "vmm/vcpu/vcpu.h"

// After an exit with REASON_CPUID, REASON_XSETBV.
enum resume exit_cpuid(struct vcpu *vcpu);
enum resume exit_xsetbv(struct vcpu *vcpu);

#endif
