// The VMX-preemption timer: see tick.h. Source: SDM Vol. 3, "VMX-Preemption Timer".

#include "vmm/vcpu/tick.h"

#include "kernel/console/console.h"
#include "kernel/memory/payload.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

// A decimal number of the image's options; 0 if it isn't there.
static uint64_t number(const char *name)
{
    uint64_t value = 0;

    for (const char *digit = option(name, ""); *digit >= '0' && *digit <= '9'; digit++)
        value = value * 10 + (uint64_t)(*digit - '0');
    return value;
}

void tick_start(struct vcpu *vcpu)
{
    vcpu->slice = number("slice");
    vcpu->ticks_left = number("ticks");
    if (!vcpu->slice)
        return;
    panic("05-14: not done yet");  // 1. let it count on, 2. wind it up
}

enum resume exit_tick(struct vcpu *vcpu)
{
    if (!vcpu->slice)
        return RESUME_RETRY;  // the clock of the guest's local APIC
    kprintf("tick: rcx %lx\n", vcpu->gpr[RCX]);
    panic("05-14: not done yet");  // 3. enough? 4. else wind it up again
}
