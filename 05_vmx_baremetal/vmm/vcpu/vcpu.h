// A virtual CPU: its VMCS, and the registers that the VMCS doesn't hold.

#ifndef VMM_VCPU_VCPU_H
#define VMM_VCPU_VCPU_H

#include <stdbool.h>
#include <stdint.h>

#include "common/status.h"
#include "kernel/cpu.h"
#include "kernel/panic/panic.h"
#include "vmm/guests/guest.h"
#include "vmm/vmx/capability.h"
#include "vmm/vmx/instructions.h"
#include "vmm/vmx/reasons.h"

// The CPU's own numbering, as exit qualifications and instruction information use it.
enum gpr { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15, GPRS };

// An answer to CPUID, and what it depends on: see exits/cpuid.c.
struct cpuid_answer {
    bool known;
    uint32_t leaf, subleaf;
    uint64_t cr4, xcr0;
    bool code_64;
    struct cpuid id;
};

#define CPUID_ANSWERS 16

struct vcpu {
    // Guest registers that neither entry nor exit touches: entry.asm exchanges them. RSP is in the
    // VMCS; its place here stays unused.
    uint64_t gpr[GPRS];
    uint64_t cr2;

    uint64_t cr8, xcr0;  // no exit exchanges these: the hypervisor uses neither; see also debug.h
    uint64_t tsc_adjust;
    bool nmi_pending;  // raised, and not injected yet: see exits/nmi.c

    const struct vmx_capability *cap;
    struct guest *guest;
    uint64_t vmcs;          // physical address
    uint8_t *msr_bitmap;    // one page
    uint8_t *io_bitmap;     // two
    unsigned emulated;      // bytes of the instruction that emulate() has carried out, or 0
    bool window;            // the control "interrupt-window exiting" is on
    bool timer;             // the VMX-preemption timer is set for the guest's local APIC
    bool launched;          // VMLAUNCH the first time, VMRESUME from then on
    bool check_always;      // vmcs_check() before every entry: option check=always
    bool trace;             // a line for each exit: option trace=1
    bool cost;              // ticks by exit reason: option cost
    uint64_t exits;         // how many there were
    unsigned reason;        // of the last one, the basic exit reason
    enum vm_status status;  // how the guest ended: set with RESUME_STOP

    uint64_t exits_by_reason[REASON_COUNT];  // without those that no table names
    uint64_t exits_by_page[DEVICE_PAGES];    // of REASON_EPT_VIOLATION: those at guest->pages
    struct cpuid_answer cpuid[CPUID_ANSWERS];
};

// Makes the only vCPU of `guest`, in its start state. Its VMCS becomes the current one.
void vcpu_create(struct vcpu *vcpu, const struct vmx_capability *cap, struct guest *guest);

// Gives back what vcpu_create allocated.
void vcpu_destroy(struct vcpu *vcpu);

// Enters the guest, and returns after its next exit: VMX_SUCCEED. Otherwise the CPU refused the
// VMCS and the guest did not run. In entry.asm.
enum vmx_status vcpu_enter(struct vcpu *vcpu, bool launched);

// Where an exit comes back to: the value of HOST_RIP. Never called. In entry.asm.
void vcpu_exit(void);

#endif
