// Interrupts: from the machine's 8259s to us, from the guest's 8259s into the guest.
//
//   device -> 8259 of the machine -> exit -> pic_set_line() -> struct pic of the guest -> injection
//
// The two pairs know nothing of one another. What the guest masks, delays or never ends is its own
// affair; the machine's interrupt has ended long before.

#ifndef VMM_EXITS_INTERRUPT_H
#define VMM_EXITS_INTERRUPT_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/vcpu/vcpu.h"
#include "vmm/vmx/guest_state.h"

// What to do about the guest's INTR line before an entry. Nearly always nothing.
enum interrupt_step {
    INTERRUPT_NONE,    // it is low
    INTERRUPT_INJECT,  // the guest takes it at once
    INTERRUPT_WINDOW,  // not now: an exit as soon as it would take one
};

// The line is high. `event`: the entry injects something already. Source: SDM Vol. 3,
// "Interrupt-Window Exiting and Virtual-Interrupt Delivery", "Checks on Guest Non-Register State".
static inline enum interrupt_step interrupt_step(bool event, uint64_t rflags, uint64_t blocking)
{
    if (event || !(rflags & RFLAGS_IF) || (blocking & (BLOCKING_STI | BLOCKING_SS)))
        return INTERRUPT_WINDOW;
    return INTERRUPT_INJECT;
}

// Before every entry: injects the guest's most urgent interrupt, or arranges to be told when it
// can.
void interrupt_prepare(struct vcpu *vcpu);

// After an exit with REASON_EXTERNAL_INTERRUPT: ends the machine's interrupt, and raises the
// guest's.
enum resume exit_external_interrupt(struct vcpu *vcpu);

#endif
