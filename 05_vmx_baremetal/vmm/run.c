// Running a guest: into it, out again, and a look at the reason. The loop that every hypervisor
// consists of.

#include "kernel/console.h"
#include "kernel/cpu.h"
#include "vmm/entry_check/check.h"
#include "vmm/exits/exits.h"
#include "vmm/exits/guest_memory.h"
#include "vmm/exits/interrupt.h"
#include "vmm/exits/nmi.h"
#include "vmm/vcpu/cost.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vcpu/vcpu.h"
#include "vmm/vmx/reasons.h"
#include "vmm/vmx/vmcs.h"

#define MAX_VIOLATIONS 8

static bool vcpu_check(const struct vcpu *vcpu);
static void vcpu_count(struct vcpu *vcpu);
static enum resume vcpu_refused(struct vcpu *vcpu, enum vmx_status status);
static void vcpu_skip_instruction(void);

enum machine_status vcpu_run(struct vcpu *vcpu)
{
    enum resume resume = RESUME_RETRY;

    while (resume != RESUME_STOP) {
        enum vmx_status status;

        nmi_prepare(vcpu);
        interrupt_prepare(vcpu);
        if (!vcpu->launched || vcpu->check_always)
            if (!vcpu_check(vcpu))
                return vcpu->status = MACHINE_PANIC;  // a mistake of ours, not of the guest
        if (vcpu->cost)
            cost_entry();
        status = vcpu_enter(vcpu, vcpu->launched);
        if (status != VMX_SUCCEED) {
            resume = vcpu_refused(vcpu, status);
            continue;
        }
        vcpu->launched = true;
        vcpu_count(vcpu);
        if (vcpu->cost)
            cost_exit(vcpu);
        if (vcpu->trace)
            report_exit(vcpu);
        resume = exit_row(EXIT_BASIC_REASON(vmcs_read(EXIT_REASON)))->handle(vcpu);
        if (resume == RESUME_NEXT)
            vcpu_skip_instruction();
        inject_again();
    }
    if (vcpu->cost)
        cost_report(vcpu);
    return vcpu->status;
}

// Would the CPU enter this VMCS? Says by name what is wrong if it wouldn't.
static bool vcpu_check(const struct vcpu *vcpu)
{
    struct vmcs_violation list[MAX_VIOLATIONS];
    unsigned count = vmcs_check(vcpu->cap, list, MAX_VIOLATIONS);

    for (unsigned i = 0; i < count && i < MAX_VIOLATIONS; i++)
        kprintf("VMCS: %s (%04x) = %lx, but: %s\n", vmcs_field_name(list[i].field), list[i].field,
                list[i].value, list[i].rule);
    if (count > MAX_VIOLATIONS)
        kprintf("VMCS: and %u more\n", count - MAX_VIOLATIONS);
    return count == 0;
}

static void vcpu_count(struct vcpu *vcpu)
{
    unsigned reason = EXIT_BASIC_REASON(vmcs_read(EXIT_REASON));

    vcpu->exits++;
    if (reason < REASON_COUNT)
        vcpu->exits_by_reason[reason]++;
}

// vmcs_check() saw nothing wrong, and the CPU refuses all the same.
static enum resume vcpu_refused(struct vcpu *vcpu, enum vmx_status status)
{
    uint32_t error = status == VMX_FAIL_VALID ? (uint32_t)vmcs_read(VM_INSTRUCTION_ERROR) : 0;

    kprintf("%s refused: %s (%u)\n", vcpu->launched ? "VMRESUME" : "VMLAUNCH",
            error ? vmx_error_name(error) : "there is no current VMCS", error);
    if (error)
        vmcs_dump();
    vcpu->status = MACHINE_PANIC;
    return RESUME_STOP;
}

enum resume vcpu_crash(struct vcpu *vcpu)
{
    vcpu->status = MACHINE_GUEST_CRASHED;
    return RESUME_STOP;
}

void vcpu_single_step(void)
{
    if (!(vmcs_read(GUEST_DEBUGCTL) & DEBUGCTL_BTF))  // else only branches are steps
        vmcs_write(GUEST_PENDING_DEBUG, vmcs_read(GUEST_PENDING_DEBUG) | PENDING_DEBUG_BS);
}

// The one place where RIP moves, and what the CPU does at the end of each instruction: the next one
// is not behind STI or MOV SS any more, breakpoints count again, and a single step is over.
static void vcpu_skip_instruction(void)
{
    uint64_t next = vmcs_read(GUEST_RIP) + vmcs_read(EXIT_INSTRUCTION_LENGTH);
    uint64_t blocking = vmcs_read(GUEST_INTERRUPTIBILITY), rflags = vmcs_read(GUEST_RFLAGS);

    vmcs_write(GUEST_RIP, guest_is_64_bit() ? next : (uint32_t)next);  // elsewhere EIP goes around
    vmcs_write(GUEST_INTERRUPTIBILITY, blocking & ~(uint64_t)(BLOCKING_STI | BLOCKING_SS));
    if (rflags & RFLAGS_RF)
        vmcs_write(GUEST_RFLAGS, rflags & ~RFLAGS_RF);
    if (rflags & RFLAGS_TF)
        vcpu_single_step();
}
