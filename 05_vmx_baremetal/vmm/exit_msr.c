// MSRs of the guest that are not its own: see exit_msr.h. Source: SDM Vol. 4, "Architectural MSRs".

#include "vmm/exit_msr.h"

#include <stddef.h>

#include "vmm/inject.h"

// Fast strings on (bit 0: Linux insists, where CPUID shows them), branch trace and PEBS not there
// (bits 11, 12).
#define MISC_ENABLE 0x1801

// MSRs with a fixed value. Writing is ignored or #GP.
static const struct {
    uint32_t msr;
    const char *name;
    uint64_t value;
    enum { READ_ONLY, WRITE_IGNORED } write;
} fixed[] = {
    {0x017, "IA32_PLATFORM_ID", 0, READ_ONLY},
    {0x08B, "IA32_BIOS_SIGN_ID", 0, WRITE_IGNORED},  // no microcode update is loaded
    {0x1A0, "IA32_MISC_ENABLE", MISC_ENABLE, WRITE_IGNORED},
};

#define COUNT (sizeof(fixed) / sizeof(fixed[0]))

static size_t find(uint32_t msr)
{
    size_t i = 0;

    while (i < COUNT && fixed[i].msr != msr)
        i++;
    return i;
}

enum resume exit_rdmsr(struct vcpu *vcpu)
{
    size_t i = find((uint32_t)vcpu->gpr[RCX]);

    if (i == COUNT)
        return inject_gp();
    vcpu->gpr[RAX] = (uint32_t)fixed[i].value;
    vcpu->gpr[RDX] = fixed[i].value >> 32;
    return RESUME_NEXT;
}

enum resume exit_wrmsr(struct vcpu *vcpu)
{
    size_t i = find((uint32_t)vcpu->gpr[RCX]);

    if (i == COUNT || fixed[i].write == READ_ONLY)
        return inject_gp();
    return RESUME_NEXT;
}
