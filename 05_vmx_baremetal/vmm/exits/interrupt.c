// Interrupts, from the machine's 8259s to us, from the guest's 8259s into the guest.
//
//   device -> 8259 of the machine -> exit -> pic_set_line() -> struct pic of the guest -> injection
//
// The two pairs know nothing of one another. What the guest masks, delays or never ends is its own
// affair; the machine's interrupt has ended long before.

#include "vmm/exits/exits.h"

#include "kernel/trap/pic.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

// vcpu->window is the bit of the VMCS, which changes seldom.
static void set_window(struct vcpu *vcpu, bool on)
{
    if (vcpu->window == on)
        return;
    vmcs_write(CPU_CONTROLS, vmcs_read(CPU_CONTROLS) ^ CPU_INTERRUPT_WINDOW);
    vcpu->window = on;
}

// `intr` is the level of INTR. Out of line, since nearly no entry needs it.
__attribute__((noinline)) static void inject(struct vcpu *vcpu, struct pic *pic, bool intr)
{
    enum interrupt_step step = INTERRUPT_NONE;

    if (intr)
        step = interrupt_step(entry_is_taken(), vmcs_read(GUEST_RFLAGS),
                              vmcs_read(GUEST_INTERRUPTIBILITY));
    if (step == INTERRUPT_INJECT)
        vmcs_write(ENTRY_INTERRUPTION_INFO,
                   EVENT_VALID | EVENT_EXTERNAL_INTERRUPT << 8 | pic_acknowledge(pic));
    // Behind the one that is injected now another may wait.
    set_window(vcpu, step == INTERRUPT_WINDOW || (step == INTERRUPT_INJECT && pic_pending(pic)));
}

void interrupt_prepare(struct vcpu *vcpu)
{
    struct pic *pic = vcpu->guest->pic;
    bool intr = pic && pic_pending(pic);

    if (vcpu->nmi_pending)
        nmi_prepare(vcpu);
    if (intr || vcpu->window)
        inject(vcpu, pic, intr);
}

enum resume exit_external_interrupt(struct vcpu *vcpu)
{
    unsigned irq = EVENT_VECTOR(vmcs_read(EXIT_INTERRUPTION_INFO)) - PIC_VECTOR;
    struct guest *guest = vcpu->guest;

    if (irq >= PIC_LINES)
        return guest_crash(vcpu, "an interrupt of the machine that no 8259 sends: vector %u",
                           irq + PIC_VECTOR);
    pic_end(irq);
    if (guest->pic && (guest->irqs >> irq & 1)) {
        pic_set_line(guest->pic, irq, false);  // an edge, whether the last one was taken or not
        pic_set_line(guest->pic, irq, true);
    } else if (guest->poll)  // an interrupt of our own
        guest->poll(guest);
    return RESUME_RETRY;
}
