// What this CPU's VMX can do: see capability.h. Nothing here touches the CPU.

#include "vmm/vmx/capability.h"

#include "vmm/vmx/controls.h"
#include "vmm/vmx/vmx.h"

enum feature_control feature_control(uint64_t value)
{
    if (!(value & FEATURE_CONTROL_LOCK))
        return FEATURE_CONTROL_UNLOCKED;
    return value & FEATURE_CONTROL_VMX_OUTSIDE_SMX ? FEATURE_CONTROL_READY
                                                   : FEATURE_CONTROL_LOCKED_OFF;
}

uint64_t control_capability(const struct vmx_capability *cap, enum control_kind kind)
{
    const uint64_t msr[] = {
        [CONTROL_PIN] = cap->pin,   [CONTROL_CPU] = cap->cpu,     [CONTROL_CPU2] = cap->cpu2,
        [CONTROL_EXIT] = cap->exit, [CONTROL_ENTRY] = cap->entry,
    };

    return msr[kind];
}

const char *control_name(enum control_kind kind, unsigned bit)
{
#define NAME(constant, number, text) [number] = text,
    static const char *const name[][32] = {
        [CONTROL_PIN] = {PIN_BITS(NAME)},     [CONTROL_CPU] = {CPU_BITS(NAME)},
        [CONTROL_CPU2] = {CPU2_BITS(NAME)},   [CONTROL_EXIT] = {EXIT_BITS(NAME)},
        [CONTROL_ENTRY] = {ENTRY_BITS(NAME)},
    };
#undef NAME

    return bit < 32 && name[kind][bit] ? name[kind][bit] : "?";
}

// Reserved bits that must be 1 and mean nothing to us: the "default1 class" of the SDM's appendix
// on the capability MSRs, less those that have a meaning and that TRUE controls can clear.
static uint32_t reserved_ones(enum control_kind kind)
{
    static const uint32_t ones[] = {
        [CONTROL_PIN] = 0x00000016,  [CONTROL_CPU] = 0x04006172,   [CONTROL_CPU2] = 0,
        [CONTROL_EXIT] = 0x00036DFB, [CONTROL_ENTRY] = 0x000011FB,
    };

    return ones[kind];
}

uint32_t control_value(const struct vmx_capability *cap, enum control_kind kind, uint32_t wanted,
                       uint32_t *refused)
{
    uint64_t msr = control_capability(cap, kind);
    uint32_t must = (uint32_t)msr, may = (uint32_t)(msr >> 32);

    *refused = (wanted & ~may) | (must & ~wanted & ~reserved_ones(kind));
    return wanted | must;
}

// Adds a name to the list; counts it even where there is no more room.
static void miss(const char *name, const char *names[], unsigned max, unsigned *count)
{
    if (*count < max)
        names[*count] = name;
    (*count)++;
}

static bool basic_memory_write_back(const struct vmx_capability *cap)
{
    return VMX_BASIC_MEMORY_TYPE(cap->basic) == MEMORY_TYPE_WB;
}

unsigned capability_missing(const struct vmx_capability *cap, const char *names[], unsigned max)
{
    static const uint32_t needed[] = {
        [CONTROL_PIN] = NEED_PIN,   [CONTROL_CPU] = NEED_CPU,     [CONTROL_CPU2] = NEED_CPU2,
        [CONTROL_EXIT] = NEED_EXIT, [CONTROL_ENTRY] = NEED_ENTRY,
    };
    static const struct {
        uint64_t bit;
        const char *name;
    } ept_vpid[] = {
#define ROW(constant, number, text) {constant, text},
        EPT_VPID_BITS(ROW)
#undef ROW
    };
    unsigned count = 0;

    if (!(cap->basic & VMX_BASIC_TRUE_CONTROLS))
        miss("TRUE capability MSRs", names, max, &count);
    if (!basic_memory_write_back(cap))
        miss("write-back VMCS", names, max, &count);
    if (!(cap->basic & VMX_BASIC_STRING_IO))
        miss("instruction information of INS and OUTS", names, max, &count);
    if (!(cap->misc & VMX_MISC_SAVES_LMA))
        miss("EFER.LMA stored in the VM-entry controls", names, max, &count);
    for (enum control_kind kind = CONTROL_PIN; kind <= CONTROL_ENTRY; kind++) {
        uint32_t refused;

        control_value(cap, kind, needed[kind], &refused);
        for (unsigned bit = 0; bit < 32; bit++)
            if (refused >> bit & 1)
                miss(control_name(kind, bit), names, max, &count);
    }
    for (unsigned i = 0; i < sizeof(ept_vpid) / sizeof(ept_vpid[0]); i++)
        if (!(cap->ept_vpid & ept_vpid[i].bit))
            miss(ept_vpid[i].name, names, max, &count);
    return count;
}

uint64_t capability_cr0(const struct vmx_capability *cap, uint64_t value)
{
    return (value | cap->cr0_fixed0) & cap->cr0_fixed1;
}

uint64_t capability_cr4(const struct vmx_capability *cap, uint64_t value)
{
    return (value | cap->cr4_fixed0) & cap->cr4_fixed1;
}
