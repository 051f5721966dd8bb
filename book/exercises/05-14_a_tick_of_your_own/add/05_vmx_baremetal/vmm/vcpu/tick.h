// A tick of our own while a guest runs, from the VMX-preemption timer: the guest can't hold it
// back.
//
// Options of the image: slice=N, so many cycles of the TSC in the guest from one tick to the next;
// ticks=N, so many ticks and the guest is over. Without slice the timer is the local APIC's.

#ifndef VMM_VCPU_TICK_H
#define VMM_VCPU_TICK_H

#include "vmm/vcpu/vcpu.h"

// Winds up the timer of a new vCPU whose VMCS is complete.
void tick_start(struct vcpu *vcpu);

// After an exit with REASON_PREEMPTION_TIMER: says so, and winds the timer up again, or ends the
// guest with VM_POWERED_OFF.
enum resume exit_tick(struct vcpu *vcpu);

#endif
