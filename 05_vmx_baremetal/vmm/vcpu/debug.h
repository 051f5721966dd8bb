// The debug registers of the guest, but DR7, which is in the VMCS.

#ifndef VMM_VCPU_DEBUG_H
#define VMM_VCPU_DEBUG_H

#include <stdint.h>

struct debug_registers {
    uint64_t dr[4], dr6;
};

// They stay in the CPU the whole time: while the hypervisor runs, DR7 is 400h, so none of them is a
// breakpoint, and nothing of ours raises #DB, which would change DR6.
struct debug_registers debug_read(void);

// As they are after a reset of the CPU.
void debug_reset(void);

#endif
