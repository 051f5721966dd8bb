// The controls that we run every guest with, and what each of them is for. A CPU without one of
// them is refused by its name.

#ifndef VMM_VMX_CONTROLS_H
#define VMM_VMX_CONTROLS_H

#include "vmm/vmx/vmx.h"

// Interrupts and NMIs of the machine are ours, whatever the guest does with its RFLAGS.IF, which
// "external-interrupt exiting" makes irrelevant (SDM Vol. 3, "Pin-Based VM-Execution Controls").
// Bochs 2.7 lets an entry with IF = 0 hold them back until the guest changes IF. What blocks NMIs
// in the guest has no effect on the machine's. The preemption timer is the clock of the guest's
// local APIC.
#define NEED_PIN (PIN_EXTERNAL_INTERRUPT | PIN_NMI | PIN_VIRTUAL_NMIS | PIN_PREEMPTION_TIMER)

// HLT and MWAIT come to us; MSRs and ports by bitmap, so that the cheap ones don't. CR8 is the task
// priority of the machine's own local APIC, and the guest's is another. The guest may set its TSC:
// an offset makes it its own.
#define NEED_CPU                                                                                   \
    (CPU_TSC_OFFSETTING | CPU_HLT | CPU_MWAIT | CPU_MONITOR | CPU_RDPMC | CPU_CR8_LOAD |           \
     CPU_CR8_STORE | CPU_IO_BITMAPS | CPU_MSR_BITMAPS | CPU_SECONDARY)

// Memory of its own behind a second page table, translations that survive exits, and a start in
// real mode without paging, as every PC starts.
#define NEED_CPU2 (CPU2_EPT | CPU2_VPID | CPU2_UNRESTRICTED)

// RDTSCP is #UD in a guest without this. On only where the CPU has it, and the guest's CPUID
// follows. INVPCID is off and hidden: without PCID it does nothing that CR3 and INVLPG can't.
// ENCLS and ENCLV must be #UD where CPUID shows no SGX, but the CPU would carry them out: exits, if
// it has them.
#define WANT_CPU2 (CPU2_RDTSCP | CPU2_ENCLS | CPU2_ENCLV)

// The interrupt that causes an exit is acknowledged by it, so that its vector comes along.
// Guest and host each have their own DR7, PAT and EFER, exchanged by the CPU at entry and exit.
#define NEED_EXIT                                                                                  \
    (EXIT_SAVE_DEBUG | EXIT_HOST_64 | EXIT_ACK_INTERRUPT | EXIT_SAVE_PAT | EXIT_LOAD_PAT |         \
     EXIT_SAVE_EFER | EXIT_LOAD_EFER)
#define NEED_ENTRY (ENTRY_LOAD_DEBUG | ENTRY_LOAD_PAT | ENTRY_LOAD_EFER)

#endif
