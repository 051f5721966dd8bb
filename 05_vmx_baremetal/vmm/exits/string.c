// Instructions that REP repeats: string_repeat(). Source: SDM Vol. 2, "REP".

#include "vmm/exits/exits.h"

#include "kernel/cpu.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

#define PORTION 256  // elements for one exit

// Between two elements, as between two instructions: what STI or MOV SS held back is held back no
// longer, and a single step is over. RF, because an instruction breakpoint here has fired.
static enum resume pause(uint64_t rflags)
{
    uint64_t blocking = vmcs_read(GUEST_INTERRUPTIBILITY);

    vmcs_write(GUEST_INTERRUPTIBILITY, blocking & ~(uint64_t)(BLOCKING_STI | BLOCKING_SS));
    vmcs_write(GUEST_RFLAGS, rflags | RFLAGS_RF);
    if (guest_steps(rflags))
        inject_single_step();
    return RESUME_RETRY;
}

enum resume string_repeat(struct vcpu *vcpu, const struct string *string, string_element *element,
                          const void *what)
{
    uint64_t rflags = vmcs_read(GUEST_RFLAGS), *count = &vcpu->gpr[RCX];
    uint64_t step = rflags & RFLAGS_DF ? -(uint64_t)string->size : string->size;
    enum resume resume;

    for (unsigned i = 0; i < PORTION; i++) {
        if (string->repeat && !address_cut(*count, string->address_size))
            return RESUME_NEXT;
        if (!element(vcpu, what, &resume))
            return resume;
        if (string->source)
            address_advance(&vcpu->gpr[RSI], step, string->address_size);
        if (string->destination)
            address_advance(&vcpu->gpr[RDI], step, string->address_size);
        if (!string->repeat)
            return RESUME_NEXT;
        address_advance(count, -1ull, string->address_size);
        if (((rflags & RFLAGS_TF) || entry_is_taken()) && address_cut(*count, string->address_size))
            break;  // a trap comes behind each element
    }
    return pause(rflags);
}
