// MSRs of the guest that are not its own. Source: SDM Vol. 4, "Architectural MSRs".

#include "vmm/exits/exits.h"

#include <stddef.h>

#include "common/pc/x86.h"
#include "kernel/cpu.h"
#include "vmm/guests/host.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vmx/vmcs.h"

// Linux insists on fast strings, where CPUID shows them.
#define MISC_ENABLE (MISC_ENABLE_FAST_STRING | MISC_ENABLE_NO_BTS | MISC_ENABLE_NO_PEBS)

// MSRs with a fixed value. Writing is ignored or #GP.
static const struct {
    uint32_t msr;
    const char *name;
    uint64_t value;
    enum { READ_ONLY, WRITE_IGNORED } write;
} fixed[] = {
    {MSR_PLATFORM_ID, "IA32_PLATFORM_ID", 0, READ_ONLY},
    {MSR_BIOS_SIGN_ID, "IA32_BIOS_SIGN_ID", 0, WRITE_IGNORED},  // no microcode update is loaded
    {MSR_MCG_CAP, "IA32_MCG_CAP", 0, READ_ONLY},  // no banks; some look for them without CPUID
    {MSR_MISC_ENABLE, "IA32_MISC_ENABLE", MISC_ENABLE, WRITE_IGNORED},
};

#define COUNT (sizeof(fixed) / sizeof(fixed[0]))

static size_t find(uint32_t msr)
{
    size_t i = 0;

    while (i < COUNT && fixed[i].msr != msr)
        i++;
    return i;
}

static enum resume answer(struct vcpu *vcpu, uint64_t value)
{
    vcpu->gpr[RAX] = (uint32_t)value;
    vcpu->gpr[RDX] = value >> 32;
    return RESUME_NEXT;
}

// IA32_DEBUGCTL of the guest is a field of the VMCS, which entry and exit exchange. Debuggers set
// BTF, to stop at branches. LBR is taken, and dropped where the CPU may have no such bit: there is
// no MSR in which the guest would look for the branches.
static enum resume write_debugctl(const struct vcpu *vcpu, uint64_t value)
{
    if (value & ~(DEBUGCTL_LBR | DEBUGCTL_BTF))
        return inject_gp();
    vmcs_write(GUEST_DEBUGCTL, value & vcpu->cap->debugctl);
    return RESUME_NEXT;
}

// The guest's TSC is the machine's and an offset. Whoever moves it moves IA32_TSC_ADJUST along, and
// the other way round. Source: SDM Vol. 3, "Time-Stamp Counter Adjustment".
static enum resume move_tsc(struct vcpu *vcpu, uint64_t by)
{
    vmcs_write(TSC_OFFSET, vmcs_read(TSC_OFFSET) + by);
    if (vcpu->guest->apic)
        apic_tsc_move(vcpu->guest->apic, by);
    vcpu->tsc_adjust += by;
    return RESUME_NEXT;
}

// Those of the local APIC, if there is one.
static bool is_apic(const struct vcpu *vcpu, uint32_t msr)
{
    return vcpu->guest->apic && (msr == MSR_APIC_BASE || msr == MSR_TSC_DEADLINE ||
                                 (msr >= MSR_X2APIC_FIRST && msr <= MSR_X2APIC_LAST));
}

static enum resume read_apic(struct vcpu *vcpu, uint32_t msr)
{
    uint64_t value;

    if (!apic_msr_read(vcpu->guest->apic, msr, guest_tsc(), &value))
        return inject_gp();
    return answer(vcpu, value);
}

// There is no firmware that a CPU could start anew with.
enum resume apic_settle(struct vcpu *vcpu, enum resume resume)
{
    const struct apic *apic = vcpu->guest->apic;

    if (!apic || !apic->init)
        return resume;
    vcpu->status = VM_RESET;
    return RESUME_STOP;
}

static enum resume write_apic(struct vcpu *vcpu, uint32_t msr, uint64_t value)
{
    struct apic *apic = vcpu->guest->apic;

    if (!apic_msr_write(apic, msr, value, vcpu->cap->physical_bits, guest_tsc()))
        return inject_gp();
    if (msr == MSR_APIC_BASE) {
        cpuid_forget(vcpu);
        guest_apic_page(vcpu->guest);
        vmcs_drop_translations();
    }
    return apic_settle(vcpu, RESUME_NEXT);
}

enum resume exit_rdmsr(struct vcpu *vcpu)
{
    uint32_t msr = (uint32_t)vcpu->gpr[RCX];
    size_t i = find(msr);

    if (is_apic(vcpu, msr))
        return read_apic(vcpu, msr);
    switch (msr) {
    case MSR_DEBUGCTL: return answer(vcpu, vmcs_read(GUEST_DEBUGCTL));
    case MSR_TSC: return answer(vcpu, guest_tsc());
    case MSR_TSC_ADJUST: return answer(vcpu, vcpu->tsc_adjust);
    default: return i == COUNT ? inject_gp() : answer(vcpu, fixed[i].value);
    }
}

enum resume exit_wrmsr(struct vcpu *vcpu)
{
    uint64_t value = vcpu->gpr[RDX] << 32 | (uint32_t)vcpu->gpr[RAX];
    uint32_t msr = (uint32_t)vcpu->gpr[RCX];
    size_t i = find(msr);

    if (is_apic(vcpu, msr))
        return write_apic(vcpu, msr, value);
    if (msr == MSR_DEBUGCTL)
        return write_debugctl(vcpu, value);
    if (msr == MSR_TSC)
        return move_tsc(vcpu, value - guest_tsc());
    if (msr == MSR_TSC_ADJUST)
        return move_tsc(vcpu, value - vcpu->tsc_adjust);

    if (i == COUNT || fixed[i].write == READ_ONLY)
        return inject_gp();
    return RESUME_NEXT;
}
