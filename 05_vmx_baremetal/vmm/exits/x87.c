// Errors of the x87 while the guest's CR0.NE is 0. VMX operation wants NE on, so that the CPU
// raises #MF; it is an exit then, and IRQ 13 for the guest. The guest's handler writes to port F0h,
// and what it does with the x87 from there on, error or not, must work, until it has cleared the
// error.

#include "vmm/exits/exits.h"

#include "vmm/guests/devices/coprocessor.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/vmcs.h"

// The instructions that a handler begins with, and that clear nothing. FNSTSW and FNSTCW with an
// operand in memory are emulate()'s.
#define FWAIT     0x9B
#define FNSTSW_AX 0xE0DF

static enum resume skip(struct vcpu *vcpu, unsigned length)
{
    vcpu->emulated = length;
    return RESUME_NEXT;
}

// A guest that ignores the error goes on: this instruction finds none. On a CPU it would still be
// there, without effect.
static enum resume drop_error(struct coprocessor *x87)
{
    fnclex();
    x87->error = x87->ignored = false;
    return RESUME_RETRY;
}

// The CPU waits before the instruction that has met the error, until an interrupt comes. Here it
// tries again, and comes back. What STI holds back would never come that way.
static enum resume wait_for_interrupt(struct vcpu *vcpu)
{
    uint64_t blocking = vmcs_read(GUEST_INTERRUPTIBILITY);
    bool nmi = vcpu->nmi_pending && !(blocking & BLOCKING_NMI);

    if (!(vmcs_read(GUEST_RFLAGS) & RFLAGS_IF) && !nmi)
        return guest_crash(vcpu, "an x87 error is IRQ 13 with CR0.NE = 0, and interrupts are off");
    vmcs_write(GUEST_INTERRUPTIBILITY, blocking & ~(uint64_t)(BLOCKING_STI | BLOCKING_SS));
    return RESUME_RETRY;
}

enum resume exit_x87_error(struct vcpu *vcpu)
{
    struct coprocessor *x87 = vcpu->guest->x87;

    if (!x87)
        return guest_crash(vcpu, "an x87 error is IRQ 13 with CR0.NE = 0, and there is no 8259");
    if (coprocessor_is_watched())
        return skip(vcpu, 1);  // FWAIT, for which CR0.TS alone is no reason to raise #NM
    if (x87->ignored && vmcs_read(GUEST_RIP) == x87->rip)
        return drop_error(x87);
    x87->ignored = false;
    x87->error = true;
    pic_set_line(x87->pic, COPROCESSOR_IRQ, true);
    return wait_for_interrupt(vcpu);
}

enum resume exit_x87_watched(struct vcpu *vcpu)
{
    struct coprocessor *x87 = vcpu->guest->x87;
    uint8_t bytes[2] = {0};
    enum resume resume;

    if (vmcs_read(CR0_SHADOW) & CR0_TS)
        return inject_exception(EXCEPTION_NM, 0);
    guest_fetch(vcpu, bytes, sizeof(bytes));
    if (bytes[0] == FWAIT)
        return skip(vcpu, 1);
    if ((bytes[0] | bytes[1] << 8) == FNSTSW_AX) {
        vcpu->gpr[RAX] = (vcpu->gpr[RAX] & ~0xFFFFull) | fnstsw();
        return skip(vcpu, 2);
    }
    if (emulate(vcpu, &resume))
        return resume;
    // Any other clears the error, or comes back from here with #MF, and finds it ignored.
    x87->rip = vmcs_read(GUEST_RIP);
    coprocessor_watch(false);
    return RESUME_RETRY;
}
