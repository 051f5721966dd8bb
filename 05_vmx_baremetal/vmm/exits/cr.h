// Control registers of the guest, where it touches the bits that are ours.

#ifndef VMM_EXITS_CR_H
#define VMM_EXITS_CR_H

#include "vmm/vcpu/vcpu.h"

// After an exit with REASON_CR_ACCESS: MOV to CR0, CR4 or CR8, MOV from CR8, CLTS, LMSW. A value
// that the guest's CPU, as CPUID describes it, doesn't take is #GP.
enum resume exit_cr(struct vcpu *vcpu);

// May CR0 change from `old` to `value`? `cs_long`: 64-bit code asks. Source: SDM Vol. 2, "MOV -
// Move to/from Control Registers".
bool cr0_is_valid(uint64_t old, uint64_t value, uint64_t cr4, uint64_t efer, bool cs_long);

#endif
