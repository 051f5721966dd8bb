// Running a guest: into it, out again, and a look at the reason. The loop that every hypervisor
// consists of.

#include "kernel/console.h"
#include "kernel/cpu.h"
#include "vmm/exit_cpuid.h"
#include "vmm/exit_cr.h"
#include "vmm/exit_io.h"
#include "vmm/exit_msr.h"
#include "vmm/exit_reason.h"
#include "vmm/exit_vmcall.h"
#include "vmm/inject.h"
#include "vmm/interrupt.h"
#include "vmm/memory.h"
#include "vmm/report.h"
#include "vmm/vcpu.h"
#include "vmm/vmcs.h"
#include "vmm/vmcs_check.h"

#define MAX_VIOLATIONS 8

static bool vcpu_check(const struct vcpu *vcpu);
static void vcpu_count(struct vcpu *vcpu);
static enum resume vcpu_refused(struct vcpu *vcpu, enum vmx_status status);
static enum resume vcpu_handle(struct vcpu *vcpu);
static void vcpu_skip_instruction(void);

enum machine_status vcpu_run(struct vcpu *vcpu)
{
    enum resume resume = RESUME_RETRY;

    while (resume != RESUME_STOP) {
        enum vmx_status status;

        interrupt_prepare(vcpu);
        if (!vcpu->launched || vcpu->check_always)
            if (!vcpu_check(vcpu))
                return vcpu->status = MACHINE_PANIC;  // a mistake of ours, not of the guest
        status = vcpu_enter(vcpu, vcpu->launched);
        if (status != VMX_SUCCEED) {
            resume = vcpu_refused(vcpu, status);
            continue;
        }
        vcpu->launched = true;
        vcpu_count(vcpu);
        if (vcpu->trace)
            report_exit(vcpu);
        resume = vcpu_handle(vcpu);
        if (resume == RESUME_NEXT)
            vcpu_skip_instruction();
        inject_again();
    }
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

// HLT waits for an interrupt. With interrupts off none can come: the guest has come to its end.
// Else the CPU itself waits, in the guest, until the machine has an interrupt for us.
static enum resume exit_hlt(struct vcpu *vcpu)
{
    if (!(vmcs_read(GUEST_RFLAGS) & RFLAGS_IF)) {
        vcpu->status = MACHINE_OFF;
        return RESUME_STOP;
    }
    if (!vcpu->guest->pic) {
        report_stop(vcpu, "it waits for an interrupt, and there is no device to send one");
        return vcpu_crash(vcpu);
    }
    vmcs_write(GUEST_ACTIVITY, ACTIVITY_HLT);
    return RESUME_NEXT;
}

// A read where a PC has no device: see memory_add_bus(). Anything else is the guest's end.
static enum resume exit_ept(struct vcpu *vcpu, bool violation)
{
    uint64_t access = vmcs_read(EXIT_QUALIFICATION) & (EPT_READ | EPT_WRITE | EPT_EXECUTE);
    struct guest *guest = vcpu->guest;

    if (violation && access == EPT_READ && guest->empty_bus &&
        memory_add_bus(&guest->ept, vmcs_read(GUEST_PHYSICAL_ADDRESS)))
        return RESUME_RETRY;
    report_stop(vcpu, "it touches what is not its memory");
    report_ept(vcpu);
    return vcpu_crash(vcpu);
}

static enum resume exit_stop(struct vcpu *vcpu, const char *why)
{
    report_stop(vcpu, "%s", why);
    return vcpu_crash(vcpu);
}

// VM entry failed while it loaded the guest state: the guest didn't run. Bit 31 of the exit reason.
static enum resume exit_entry_failure(struct vcpu *vcpu)
{
    report_stop(vcpu, "the CPU refuses the guest's state, exit qualification %lu",
                vmcs_read(EXIT_QUALIFICATION));
    vmcs_dump();
    vcpu->status = MACHINE_PANIC;
    return RESUME_STOP;
}

static enum resume vcpu_handle(struct vcpu *vcpu)
{
    uint32_t reason = (uint32_t)vmcs_read(EXIT_REASON);

    if (reason & EXIT_ENTRY_FAILURE)
        return exit_entry_failure(vcpu);
    switch (EXIT_BASIC_REASON(reason)) {
    case REASON_EXTERNAL_INTERRUPT: return exit_external_interrupt(vcpu);
    case REASON_INTERRUPT_WINDOW: return RESUME_RETRY;  // interrupt_prepare() goes through it
    case REASON_IO: return exit_io(vcpu);
    case REASON_CPUID: return exit_cpuid(vcpu);
    case REASON_CR_ACCESS: return exit_cr(vcpu);
    case REASON_RDMSR: return exit_rdmsr(vcpu);
    case REASON_WRMSR: return exit_wrmsr(vcpu);
    case REASON_XSETBV: return exit_xsetbv(vcpu);
    case REASON_HLT: return exit_hlt(vcpu);
    case REASON_VMCALL: return exit_vmcall(vcpu);
    case REASON_INVD:
        return RESUME_NEXT;  // caches are coherent: nothing to forget, nothing to write
    case REASON_RDPMC: return inject_gp();
    case REASON_TRIPLE_FAULT:
        return exit_stop(vcpu, "three exceptions, each on the way to the "
                               "handler of the one before");
    case REASON_EPT_VIOLATION: return exit_ept(vcpu, true);
    case REASON_EPT_MISCONFIG: return exit_ept(vcpu, false);
    case REASON_MONITOR:
    case REASON_MWAIT:
    case REASON_VMCLEAR:
    case REASON_VMLAUNCH:
    case REASON_VMPTRLD:
    case REASON_VMPTRST:
    case REASON_VMREAD:
    case REASON_VMRESUME:
    case REASON_VMWRITE:
    case REASON_VMXOFF:
    case REASON_VMXON:
    case REASON_INVEPT:
    case REASON_INVVPID:
    case REASON_VMFUNC: return inject_ud();  // CPUID shows none of these
    default: return exit_stop(vcpu, "nobody handles this");
    }
}

// The one place where RIP moves, and what the CPU does at the end of each instruction: the next one
// is not behind STI or MOV SS any more, and a single step is over.
static void vcpu_skip_instruction(void)
{
    bool code_64 = (vmcs_read(GUEST_EFER) & EFER_LMA) && (vmcs_read(GUEST_CS_ACCESS) & ACCESS_L);
    uint64_t next = vmcs_read(GUEST_RIP) + vmcs_read(EXIT_INSTRUCTION_LENGTH);
    uint64_t blocking = vmcs_read(GUEST_INTERRUPTIBILITY);

    vmcs_write(GUEST_RIP, code_64 ? next : (uint32_t)next);  // elsewhere EIP goes around
    vmcs_write(GUEST_INTERRUPTIBILITY, blocking & ~(uint64_t)(BLOCKING_STI | BLOCKING_SS));
    if ((vmcs_read(GUEST_RFLAGS) & RFLAGS_TF) && !(vmcs_read(GUEST_DEBUGCTL) & DEBUGCTL_BTF))
        vmcs_write(GUEST_PENDING_DEBUG, vmcs_read(GUEST_PENDING_DEBUG) | PENDING_DEBUG_BS);
}
