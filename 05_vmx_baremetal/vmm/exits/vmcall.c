// VMCALL, by which a guest asks something of us.

#include "vmm/exits/exits.h"

#include <string.h>

#include "common/pc/hypercall.h"
#include "kernel/console/console.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vmx/reasons.h"

static enum resume call_hello(struct vcpu *vcpu)
{
    kprintf("hello from the guest \"%s\"\n", vcpu->guest->name);
    vcpu->gpr[RAX] = 0;
    vcpu->gpr[RBX] = HYPERCALL_VERSION;
    return RESUME_NEXT;
}

// One row of the table of exits. The guest counts up until there is no more.
static enum resume call_stats(struct vcpu *vcpu, uint64_t reason)
{
    char name[HYPERCALL_NAME_SIZE] = {0};
    const char *text;
    size_t length;

    if (reason >= REASON_COUNT) {
        vcpu->gpr[RAX] = (uint64_t)HYPERCALL_END;
        return RESUME_NEXT;
    }
    text = exit_reason_name((uint32_t)reason);
    length = strlen(text);
    memcpy(name, text, length < sizeof(name) ? length : sizeof(name));
    vcpu->gpr[RAX] = 0;
    vcpu->gpr[RBX] = vcpu->exits_by_reason[reason];
    memcpy(&vcpu->gpr[RCX], name, 8);
    memcpy(&vcpu->gpr[RDX], name + 8, 8);
    memcpy(&vcpu->gpr[RSI], name + 16, 8);
    memcpy(&vcpu->gpr[RDI], name + 24, 8);
    return RESUME_NEXT;
}

enum resume hypercall(struct vcpu *vcpu, uint64_t number, uint64_t argument)
{
    switch (number) {
    case HYPERCALL_HELLO: return call_hello(vcpu);
    case HYPERCALL_STATS: return call_stats(vcpu, argument);
    case HYPERCALL_POWEROFF: vcpu->status = VM_POWERED_OFF; return RESUME_STOP;
    default: vcpu->gpr[RAX] = (uint64_t)HYPERCALL_UNKNOWN; return RESUME_NEXT;
    }
}

// Outside of 64-bit mode the upper halves of registers are not the guest's.
enum resume exit_vmcall(struct vcpu *vcpu)
{
    uint64_t mask = guest_is_64_bit() ? UINT64_MAX : UINT32_MAX;

    return hypercall(vcpu, vcpu->gpr[RAX] & mask, vcpu->gpr[RBX] & mask);
}
