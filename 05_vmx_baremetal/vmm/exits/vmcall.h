// VMCALL: what a guest may ask of us. The contract is common/pc/hypercall.h.

#ifndef VMM_EXITS_VMCALL_H
#define VMM_EXITS_VMCALL_H

#include "vmm/vcpu/vcpu.h"

// After an exit with REASON_VMCALL, from any privilege level: answers the call, or ends the guest.
enum resume exit_vmcall(struct vcpu *vcpu);

// The same without the VMCS. `number` is the call, `argument` its RBX.
enum resume hypercall(struct vcpu *vcpu, uint64_t number, uint64_t argument);

#endif
