// Instructions that REP repeats: string_repeat(). Source: SDM Vol. 2, "REP".

#include "vmm/exits/exits.h"

#include "kernel/cpu.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vmx/vmcs.h"

#define PORTION 256  // elements for one exit

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
        if ((rflags & RFLAGS_TF) && address_cut(*count, string->address_size)) {
            inject_single_step();  // the trap comes behind each element
            return RESUME_RETRY;
        }
    }
    return RESUME_RETRY;
}
