// Running a guest: into it, out again, and a look at the reason. The loop that every hypervisor
// consists of.

#include "vmm/run.h"

#include "vmm/entry_check/check.h"
#include "vmm/exits/exits.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/vmcs.h"

static bool enter(struct vcpu *vcpu);
static void count(struct vcpu *vcpu);
static void skip_instruction(struct vcpu *vcpu);

enum vm_status vcpu_run(struct vcpu *vcpu)
{
    enum resume resume = RESUME_RETRY;

    while (resume != RESUME_STOP) {
        interrupt_prepare(vcpu);
        if (!enter(vcpu))
            return vcpu->status = VM_PANIC;  // a mistake of ours, not of the guest
        resume = exit_handle(vcpu);
        if (resume == RESUME_NEXT)
            skip_instruction(vcpu);
        if (exit_cut_delivery())
            inject_again();
    }
    cost_report_if_asked(vcpu);
    return vcpu->status;
}

// Into the guest, and out again. False, behind a report, where there is no way in.
static bool enter(struct vcpu *vcpu)
{
    enum vmx_status status;

    if ((!vcpu->launched || vcpu->check_always) && !vmcs_is_valid(vcpu->cap))
        return false;
    if (vcpu->cost)
        cost_entry();
    status = vcpu_enter(vcpu, vcpu->launched);
    if (status != VMX_SUCCEED) {
        report_refused(vcpu, status);
        return false;
    }
    vcpu->launched = true;
    count(vcpu);
    if (vcpu->cost)
        cost_exit(vcpu);
    if (vcpu->trace)
        report_exit(vcpu);
    return true;
}

static void count(struct vcpu *vcpu)
{
    vcpu->reason = EXIT_BASIC_REASON(vmcs_read(EXIT_REASON));
    vcpu->exits++;
    if (vcpu->reason < REASON_COUNT)
        vcpu->exits_by_reason[vcpu->reason]++;
}

// The one place where RIP moves, and what the CPU does at the end of each instruction: the next one
// is not behind STI or MOV SS any more, breakpoints count again, and a single step is over.
static void skip_instruction(struct vcpu *vcpu)
{
    uint64_t length = vcpu->emulated ? vcpu->emulated : vmcs_read(EXIT_INSTRUCTION_LENGTH);
    uint64_t rip = vmcs_read(GUEST_RIP), next = rip + length;
    uint64_t blocking = vmcs_read(GUEST_INTERRUPTIBILITY), rflags = vmcs_read(GUEST_RFLAGS);

    vcpu->emulated = 0;
    if ((rip ^ next) >> 32 && !guest_is_64_bit())
        next = (uint32_t)next;  // EIP goes around
    vmcs_write(GUEST_RIP, next);
    if (blocking & (BLOCKING_STI | BLOCKING_SS))
        vmcs_write(GUEST_INTERRUPTIBILITY, blocking & ~(uint64_t)(BLOCKING_STI | BLOCKING_SS));
    if (rflags & RFLAGS_RF)
        vmcs_write(GUEST_RFLAGS, rflags & ~RFLAGS_RF);
    if (guest_steps(rflags))
        inject_single_step();
}
