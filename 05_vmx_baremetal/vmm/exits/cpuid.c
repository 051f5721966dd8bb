// CPUID and XSETBV of the guest.

#include "vmm/exits/exits.h"

#include "common/pc/x86.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vmx/vmcs.h"

static struct guest_cpuid answers(const struct vcpu *vcpu)
{
    return (struct guest_cpuid){
        .host = cpuid,
        .cpu2 = vmcs_cpu2_controls(),
        .cr4 = vmcs_read(GUEST_CR4),
        .xcr0 = vcpu->xcr0,
        .code_64 = guest_is_64_bit(),
        .tsc_khz = vcpu->guest->tsc_khz,
        .apic = vcpu->guest->apic,
    };
}

// Through the tables, which takes more than a thousand instructions. Cold, so that exit_cpuid() has
// no registers to save for it.
__attribute__((cold, noinline)) static void
look_up(const struct vcpu *vcpu, struct cpuid_answer *answer, uint32_t leaf, uint32_t subleaf)
{
    const struct guest_cpuid guest = answers(vcpu);

    *answer = (struct cpuid_answer){
        .known = true,
        .leaf = leaf,
        .subleaf = subleaf,
        .cr4 = guest.cr4,
        .xcr0 = guest.xcr0,
        .code_64 = guest.code_64,
        .id = guest_cpuid(&guest, leaf, subleaf),
    };
}

void cpuid_forget(struct vcpu *vcpu)
{
    for (unsigned i = 0; i < CPUID_ANSWERS; i++)
        vcpu->cpuid[i].known = false;
}

// Guests ask for the same few leaves all the time. Of what an answer depends on, only CR4, XCR0 and
// the mode change; and the APIC's base, behind which is cpuid_forget().
enum resume exit_cpuid(struct vcpu *vcpu)
{
    uint32_t leaf = (uint32_t)vcpu->gpr[RAX], subleaf = (uint32_t)vcpu->gpr[RCX];
    struct cpuid_answer *answer = &vcpu->cpuid[(leaf + subleaf) % CPUID_ANSWERS];

    if (!answer->known || answer->leaf != leaf || answer->subleaf != subleaf ||
        answer->cr4 != vmcs_read(GUEST_CR4) || answer->xcr0 != vcpu->xcr0 ||
        answer->code_64 != guest_is_64_bit())
        look_up(vcpu, answer, leaf, subleaf);
    vcpu->gpr[RAX] = answer->id.eax;
    vcpu->gpr[RBX] = answer->id.ebx;
    vcpu->gpr[RCX] = answer->id.ecx;
    vcpu->gpr[RDX] = answer->id.edx;
    return RESUME_NEXT;
}

// XCR0 is not exchanged at exits: the hypervisor has no state that it could govern. Checked here,
// and written where the guest would have written it; the privilege level too, since Bochs exits
// before it has looked (SDM Vol. 3, "Relative Priority of Faults and VM Exits", has it the other
// way round). Source: SDM Vol. 2, "XSETBV".
enum resume exit_xsetbv(struct vcpu *vcpu)
{
    const struct guest_cpuid guest = answers(vcpu);
    uint64_t value = vcpu->gpr[RDX] << 32 | (uint32_t)vcpu->gpr[RAX];

    if (guest_cpl() != 0 || (uint32_t)vcpu->gpr[RCX] != 0 || !(value & XCR0_X87) ||
        (value & ~guest_xcr0_allowed(&guest)) || ((value & XCR0_AVX) && !(value & XCR0_SSE)))
        return inject_gp();
    xsetbv(0, value);
    vcpu->xcr0 = value;
    return RESUME_NEXT;
}
