// Events on their way into the guest.

#ifndef VMM_VCPU_INJECT_H
#define VMM_VCPU_INJECT_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/vcpu/vcpu.h"
#include "vmm/vmx/access.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

// The next entry raises an exception in the guest, at the instruction that caused the exit. All of
// these return what an exit handler returns then. Where the exception has an error code, it is
// `error`; for the first two it is 0: no selector is to blame.
enum resume inject_ud(void);
enum resume inject_gp(void);
enum resume inject_exception(enum exception_vector vector, uint32_t error);

// #PF at the linear address `linear`, which the guest finds in CR2.
enum resume inject_page_fault(struct vcpu *vcpu, uint64_t linear, uint32_t error);

// Is each instruction of the guest a step, with #DB behind it? With BTF, only a branch is one.
static inline bool guest_steps(uint64_t rflags)
{
    return (rflags & RFLAGS_TF) && !(vmcs_read(GUEST_DEBUGCTL) & DEBUGCTL_BTF);
}

// A step is over.
void inject_single_step(void);

// Has the exit cut short the delivery of an interrupt or exception? It seldom does.
static inline bool exit_cut_delivery(void)
{
    return vmcs_read(IDT_VECTORING_INFO) & EVENT_VALID;
}

// If so: the next entry starts the delivery anew, unless a handler wants to inject something
// itself. Without this the event would be lost. Source: SDM Vol. 3, "Information for VM Exits That
// Occur During Event Delivery".
void inject_again(void);

// Has the next entry something to deliver already: an event that it injects, or a debug exception
// of the last instruction? That one comes first, and an entry that injects would drop it. Source:
// SDM Vol. 3, "Delivery of Pending Debug Exceptions after VM Entry".
bool entry_is_taken(void);

#endif
