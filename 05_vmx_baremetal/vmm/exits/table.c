// What happens after an exit: the table. There are four fates: it is handled here, the guest gets
// #UD, the guest is stopped with a report, or nobody asked for it. Source: SDM Vol. 3, appendix
// "VMX Basic Exit Reasons", and for what can cause an exit, "Instructions That Cause VM Exits".

#include "vmm/exits/exits.h"

#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/vmcs.h"

// HLT waits for an interrupt, or an NMI, unless it is in the handler of one. With interrupts off
// none can come: the guest has come to its end. A single step wakes it at once.
// Else the CPU itself waits, in the guest, until the machine has an interrupt for us.
static enum resume exit_hlt(struct vcpu *vcpu)
{
    uint64_t rflags = vmcs_read(GUEST_RFLAGS);

    if (vcpu->nmi_pending && !(vmcs_read(GUEST_INTERRUPTIBILITY) & BLOCKING_NMI))
        return RESUME_NEXT;
    if (guest_steps(rflags))
        return RESUME_NEXT;
    if (!(rflags & RFLAGS_IF)) {
        vcpu->status = VM_POWERED_OFF;
        return RESUME_STOP;
    }
    if (!vcpu->guest->pic && !vcpu->guest->apic)
        return guest_crash(vcpu, "it waits for an interrupt, and there is no device to send one");
    vmcs_write(GUEST_ACTIVITY, ACTIVITY_HLT);
    return RESUME_NEXT;
}

static enum resume exit_nothing(struct vcpu *vcpu)
{
    (void)vcpu;
    return RESUME_NEXT;
}

// interrupt_prepare() goes through the window, or looks at the clock.
static enum resume exit_retry(struct vcpu *vcpu)
{
    (void)vcpu;
    return RESUME_RETRY;
}

static enum resume exit_ud(struct vcpu *vcpu)
{
    (void)vcpu;
    return inject_ud();
}

static enum resume exit_gp(struct vcpu *vcpu)
{
    (void)vcpu;
    return inject_gp();
}

// The guest has come to a bad end, or wants what this hypervisor doesn't do.
static enum resume exit_crash(struct vcpu *vcpu)
{
    return guest_crash(vcpu, "%s", exit_row(vcpu->reason)->note);
}

// An exit that no control of ours asks for: the CPU or the VMCS is not what we take it for.
static enum resume exit_unasked(struct vcpu *vcpu)
{
    return vmm_bug(vcpu, "nobody asked for this exit: %s", exit_row(vcpu->reason)->note);
}

// VM entry failed while it loaded the guest state: the guest didn't run.
static enum resume exit_entry_failure(struct vcpu *vcpu)
{
    vmm_bug(vcpu, "the CPU refuses to enter the guest: %s, exit qualification %lu",
            exit_row(vcpu->reason)->note, vmcs_read(EXIT_QUALIFICATION));
    vmcs_dump();
    return RESUME_STOP;
}

// clang-format off
static const struct exit_row rows[REASON_COUNT] = {
    // Handled here.
    [REASON_EXCEPTION_NMI]       = {exit_nmi, "an NMI, a machine check, or an x87 error with CR0.NE = 0"},
    [REASON_EXTERNAL_INTERRUPT]  = {exit_external_interrupt, "the machine's interrupts are ours"},
    [REASON_INTERRUPT_WINDOW]    = {exit_retry, "the guest takes an interrupt now"},
    [REASON_NMI_WINDOW]          = {exit_nmi_window, "the guest takes an NMI now"},
    [REASON_CPUID]               = {exit_cpuid, "an exit always"},
    [REASON_HLT]                 = {exit_hlt, "the hypervisor decides when nothing more can come"},
    [REASON_INVD]                = {exit_nothing, "caches are coherent: nothing to forget"},
    [REASON_RDPMC]               = {exit_gp, "the guest has no performance counters"},
    [REASON_VMCALL]              = {exit_vmcall, "a call to the hypervisor"},
    [REASON_CR_ACCESS]           = {exit_cr, "a bit of CR0 or CR4 that is ours, or CR8"},
    [REASON_IO]                  = {exit_io, "a port that the bitmaps keep"},
    [REASON_RDMSR]               = {exit_rdmsr, "an MSR that the bitmap keeps"},
    [REASON_WRMSR]               = {exit_wrmsr, "an MSR that the bitmap keeps"},
    [REASON_EPT_VIOLATION]       = {exit_ept_violation, "not the guest's memory"},
    [REASON_WBINVD]              = {exit_nothing, "caches are coherent: nothing to write back"},
    [REASON_XSETBV]              = {exit_xsetbv, "an exit always"},
    [REASON_PREEMPTION_TIMER]    = {exit_retry, "the clock of the guest's local APIC"},

    // The guest gets #UD, because CPUID hides what the instruction belongs to.
    [REASON_GETSEC]              = {exit_ud, "CPUID shows no SMX"},
    [REASON_RSM]                 = {exit_ud, "the guest is never in SMM"},
    [REASON_VMCLEAR]             = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMLAUNCH]            = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMPTRLD]             = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMPTRST]             = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMREAD]              = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMRESUME]            = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMWRITE]             = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMXOFF]              = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMXON]               = {exit_ud, "CPUID shows no VMX"},
    [REASON_MWAIT]               = {exit_ud, "CPUID shows no MONITOR"},
    [REASON_MONITOR]             = {exit_ud, "CPUID shows no MONITOR"},
    [REASON_INVEPT]              = {exit_ud, "CPUID shows no VMX"},
    [REASON_INVVPID]             = {exit_ud, "CPUID shows no VMX"},
    [REASON_VMFUNC]              = {exit_ud, "VM functions are off"},
    [REASON_ENCLS]               = {exit_ud, "CPUID shows no SGX"},
    [REASON_XSAVES]              = {exit_ud, "CPUID shows XSAVES only where it is no exit"},
    [REASON_XRSTORS]             = {exit_ud, "CPUID shows XSAVES only where it is no exit"},
    [REASON_PCONFIG]             = {exit_ud, "CPUID shows no PCONFIG"},
    [REASON_UMWAIT]              = {exit_ud, "CPUID shows no WAITPKG"},
    [REASON_TPAUSE]              = {exit_ud, "CPUID shows no WAITPKG"},
    [REASON_LOADIWKEY]           = {exit_ud, "CPUID shows no Key Locker"},
    [REASON_ENCLV]               = {exit_ud, "CPUID shows no SGX"},
    [REASON_ENQCMD_PASID]        = {exit_ud, "CPUID shows no ENQCMD"},
    [REASON_ENQCMDS_PASID]       = {exit_ud, "CPUID shows no ENQCMD"},
    [REASON_SEAMCALL]            = {exit_ud, "CPUID shows no TDX"},
    [REASON_TDCALL]              = {exit_ud, "CPUID shows no TDX"},
    [REASON_RDMSRLIST]           = {exit_ud, "CPUID shows no MSR lists"},
    [REASON_WRMSRLIST]           = {exit_ud, "CPUID shows no MSR lists"},

    // Ends the guest.
    [REASON_TRIPLE_FAULT]        = {exit_crash, "three exceptions, each on the way to the handler "
                                                "of the one before"},
    [REASON_TASK_SWITCH]         = {exit_crash, "it switches tasks in hardware, which only real "
                                                "CPUs do"},
    [REASON_BAD_GUEST_STATE]     = {exit_entry_failure, "the guest state is invalid"},
    [REASON_BAD_MSR_LIST]        = {exit_entry_failure, "an MSR of the load list is invalid"},
    [REASON_MACHINE_CHECK]       = {exit_entry_failure, "a machine check: the hardware has failed"},
    [REASON_EPT_MISCONFIG]       = {exit_ept_misconfig, "the EPT is damaged"},

    // Not asked for, by any control of ours: a mistake of the CPU, or of ours.
    [REASON_INIT]                = {exit_unasked, "the machine has sent INIT to its CPU"},
    [REASON_SIPI]                = {exit_unasked, "the guest's CPU never waits for one"},
    [REASON_IO_SMI]              = {exit_unasked, "SMIs are the firmware's, without an SMM monitor"},
    [REASON_OTHER_SMI]           = {exit_unasked, "SMIs are the firmware's, without an SMM monitor"},
    [REASON_INVLPG]              = {exit_unasked, "INVLPG exiting is off"},
    [REASON_RDTSC]               = {exit_unasked, "RDTSC exiting is off"},
    [REASON_MOV_DR]              = {exit_unasked, "the guest has its own debug registers"},
    [REASON_MONITOR_TRAP]        = {exit_unasked, "the monitor trap flag is off"},
    [REASON_PAUSE]               = {exit_unasked, "PAUSE exiting is off"},
    [REASON_TPR_THRESHOLD]       = {exit_unasked, "the TPR shadow is off"},
    [REASON_APIC_ACCESS]         = {exit_unasked, "the local APIC's page is an EPT violation"},
    [REASON_VIRTUALIZED_EOI]     = {exit_unasked, "virtual-interrupt delivery is off"},
    [REASON_GDTR_IDTR]           = {exit_unasked, "descriptor-table exiting is off"},
    [REASON_LDTR_TR]             = {exit_unasked, "descriptor-table exiting is off"},
    [REASON_RDTSCP]              = {exit_unasked, "RDTSC exiting is off"},
    [REASON_APIC_WRITE]          = {exit_unasked, "APIC-register virtualization is off"},
    [REASON_RDRAND]              = {exit_unasked, "RDRAND exiting is off"},
    [REASON_INVPCID]             = {exit_unasked, "INVLPG exiting is off"},
    [REASON_RDSEED]              = {exit_unasked, "RDSEED exiting is off"},
    [REASON_PML_FULL]            = {exit_unasked, "page-modification logging is off"},
    [REASON_SPP_EVENT]           = {exit_unasked, "sub-page permissions are off"},
    [REASON_BUS_LOCK]            = {exit_unasked, "bus-lock detection is off"},
    [REASON_INSTRUCTION_TIMEOUT] = {exit_unasked, "the instruction timeout is off"},
};
// clang-format on

const struct exit_row *exit_row(uint32_t reason)
{
    static const struct exit_row undefined = {exit_unasked, "its number is in no table"};

    return reason < REASON_COUNT && rows[reason].handle ? &rows[reason] : &undefined;
}

enum resume exit_handle(struct vcpu *vcpu)
{
    return exit_row(vcpu->reason)->handle(vcpu);
}
