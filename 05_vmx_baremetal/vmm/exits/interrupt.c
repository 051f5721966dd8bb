// Interrupts, from the machine's 8259s to us, from the guest's interrupt controllers into the
// guest.
//
//   device -> 8259 of the machine -> exit -> pic_set_line() -> struct pic of the guest
//                                                                | LINT0, as ExtINT
//   VMX-preemption timer -> exit -> apic_tick() -> struct apic of the guest -> injection
//
// The machine's and the guest's know nothing of one another. What the guest masks, delays or never
// ends is its own affair; the machine's interrupt has ended long before.

#include "vmm/exits/exits.h"

#include "common/pc/apic/io_apic.h"
#include "kernel/trap/pic.h"
#include "vmm/guests/host.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

// ---------------------------------------------------------------------------------------------------
// The timer of the local APIC. The CPU's own clock for us is the VMX-preemption timer: it counts
// down with the TSC from each entry on, also while the guest halts, and ends in an exit. Its
// interrupt costs that exit and no more, and no timer of the machine has to be set.

// The longest time that its 32 bits have is as good as never: then we look again.
static void set_timer(struct vcpu *vcpu, uint64_t ticks)
{
    uint64_t count = (ticks >> VMX_MISC_TIMER_SHIFT(vcpu->cap->misc)) + 1;

    vmcs_write(PREEMPTION_TIMER, count < PREEMPTION_TIMER_MAX ? count : PREEMPTION_TIMER_MAX);
}

// Brings the timer up to date, and tells the CPU when to come back.
static void timer_prepare(struct vcpu *vcpu, struct apic *apic)
{
    uint64_t now = guest_tsc(), next;

    apic_tick(apic, now);
    next = apic_timer_next(apic);
    vcpu->timer = next != APIC_NEVER;
    set_timer(vcpu, next - now);
}

// What of the APIC moves by itself, comes from outside or goes there: its timer, INTR of the 8259s
// at LINT0, NMIs, the end of a level-triggered interrupt. While LINT0 is ExtINT, nobody looks at
// its level.
static void apic_prepare(struct vcpu *vcpu, struct apic *apic, bool intr)
{
    const struct pic *pic = vcpu->guest->pic;

    if (vcpu->timer || apic->expires)
        timer_prepare(vcpu, apic);
    if (intr != apic->lint[0] && !apic_takes_extint(apic))
        apic_lint(apic, 0, intr);
    if (apic->nmi)
        nmi_raise(vcpu);
    if (apic->ended && pic && pic->io_apic)
        io_apic_end(pic->io_apic, apic->ended_vector);
    apic->nmi = apic->ended = false;
}

// ---------------------------------------------------------------------------------------------------
// What the guest takes next: a vector of its APIC, or what its 8259s will say. Their way through
// the APIC knows no priorities: it comes first.

enum { NOBODY = APIC_NOTHING, FROM_PIC = 256 };  // beside vectors

// The level of INTR.
static bool is_intr(const struct guest *guest)
{
    return guest->pic && pic_pending(guest->pic);
}

static int source(const struct guest *guest)
{
    const struct apic *apic = guest->apic;

    if (is_intr(guest) && (!apic || apic_takes_extint(apic)))
        return FROM_PIC;
    return apic ? apic_pending(apic) : NOBODY;
}

static uint8_t acknowledge(const struct guest *guest, int from)
{
    if (from == FROM_PIC)
        return pic_acknowledge(guest->pic);
    apic_acknowledge(guest->apic, (uint8_t)from);
    return (uint8_t)from;
}

// vcpu->window is the bit of the VMCS, which changes seldom.
static void set_window(struct vcpu *vcpu, bool on)
{
    if (vcpu->window == on)
        return;
    vmcs_write(CPU_CONTROLS, vmcs_read(CPU_CONTROLS) ^ CPU_INTERRUPT_WINDOW);
    vcpu->window = on;
}

static void inject(struct vcpu *vcpu)
{
    const struct guest *guest = vcpu->guest;
    enum interrupt_step step = INTERRUPT_NONE;
    int from = source(guest);

    if (from != NOBODY)
        step = interrupt_step(entry_is_taken(), vmcs_read(GUEST_RFLAGS),
                              vmcs_read(GUEST_INTERRUPTIBILITY));
    if (step == INTERRUPT_INJECT)
        vmcs_write(ENTRY_INTERRUPTION_INFO,
                   EVENT_VALID | EVENT_EXTERNAL_INTERRUPT << 8 | acknowledge(guest, from));
    // Behind the one that is injected now another may wait.
    set_window(vcpu,
               step == INTERRUPT_WINDOW || (step == INTERRUPT_INJECT && source(guest) != NOBODY));
}

// Out of line, since nearly no entry needs it.
__attribute__((noinline)) static void prepare(struct vcpu *vcpu, bool intr)
{
    struct apic *apic = vcpu->guest->apic;

    if (apic)
        apic_prepare(vcpu, apic, intr);
    if (vcpu->nmi_pending)
        nmi_prepare(vcpu);
    if (intr || (apic && apic->requests) || vcpu->window)
        inject(vcpu);
}

// Is there anything of apic_prepare(), or an interrupt?
static bool has_news(const struct apic *apic)
{
    return apic->expires || apic->requests || apic->nmi || apic->ended || apic->lint[0];
}

void interrupt_prepare(struct vcpu *vcpu)
{
    const struct guest *guest = vcpu->guest;
    bool intr = is_intr(guest);

    if (intr || vcpu->window || vcpu->nmi_pending || vcpu->timer ||
        (guest->apic && has_news(guest->apic)))
        prepare(vcpu, intr);
}

enum resume exit_external_interrupt(struct vcpu *vcpu)
{
    unsigned irq = EVENT_VECTOR(vmcs_read(EXIT_INTERRUPTION_INFO)) - PIC_VECTOR;
    struct guest *guest = vcpu->guest;

    if (irq >= PIC_LINES)
        return guest_crash(vcpu, "an interrupt of the machine that no 8259 sends: vector %u",
                           irq + PIC_VECTOR);
    pic_end(irq);
    if (guest->pic && (guest->irqs >> irq & 1))
        pic_pulse(guest->pic, irq);
    else if (guest->poll)  // an interrupt of our own
        guest->poll(guest);
    return RESUME_RETRY;
}
