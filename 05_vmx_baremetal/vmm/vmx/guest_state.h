// The bits of the guest-state area: what VM entry checks, and what the handlers of exits look at.
// Source: SDM Vol. 3, "Guest-State Area".

#ifndef VMM_VMX_GUEST_STATE_H
#define VMM_VMX_GUEST_STATE_H

#include "common/pc/x86.h"

// Access rights have one bit more than in a descriptor, for "null".
#define ACCESS_UNUSABLE (1u << 16)
#define ACCESS_RESERVED 0xFFFE0F00u

enum activity { ACTIVITY_ACTIVE, ACTIVITY_HLT, ACTIVITY_SHUTDOWN, ACTIVITY_WAIT_SIPI };

// Interruptibility: what holds interrupts back although RFLAGS.IF may be 1.
#define BLOCKING_STI (1u << 0)  // for one instruction
#define BLOCKING_SS  (1u << 1)  // for one instruction
#define BLOCKING_SMI (1u << 2)
#define BLOCKING_NMI (1u << 3)  // until IRET

// Pending debug exceptions: breakpoints 3:0, an enabled one met (12), single step (14), RTM (16).
#define PENDING_DEBUG_ENABLED (1u << 12)
#define PENDING_DEBUG_BS      (1u << 14)
#define PENDING_DEBUG_DEFINED 0x1500Full

// What the guest may set in CR4, if the CPU has it: VME PVI TSD DE PSE PAE, PGE PCE OSFXSR
// OSXMMEXCPT UMIP, FSGSBASE, OSXSAVE, SMEP SMAP. Not MCE, VMXE, SMXE, PCIDE, PKE, CET: CPUID shows
// none of them.
#define CR4_GUEST 0x350FBFull

#endif
