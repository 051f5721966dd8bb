// Is this CPU good enough, and what exactly does it lack? Asked about a Haswell, and about Haswells
// with one thing taken away.

#include "vmm/vmx/capability.h"

#include <stddef.h>

#include "common/test/tap.h"
#include "test/unit/fake/haswell.h"
#include "vmm/vmx/controls.h"

// All eight values of the three bits: lock, VMX inside SMX, VMX outside SMX.
static void test_feature_control(void)
{
    static const enum feature_control want[8] = {
        [0] = FEATURE_CONTROL_UNLOCKED, [1] = FEATURE_CONTROL_LOCKED_OFF,
        [2] = FEATURE_CONTROL_UNLOCKED, [3] = FEATURE_CONTROL_LOCKED_OFF,
        [4] = FEATURE_CONTROL_UNLOCKED, [5] = FEATURE_CONTROL_READY,
        [6] = FEATURE_CONTROL_UNLOCKED, [7] = FEATURE_CONTROL_READY,
    };

    for (unsigned value = 0; value < 8; value++)
        is_int(feature_control(value), want[value], "IA32_FEATURE_CONTROL %u", value);
    is_int(feature_control(0x100005), FEATURE_CONTROL_READY, "other bits change nothing");
}

// `cap` lacks exactly the one thing called `name`.
static void lacks(struct vmx_capability cap, const char *name)
{
    const char *names[4] = {0};

    is_int(capability_missing(&cap, names, 4), 1, "without %s one thing is missing", name);
    is_str(names[0], name, "and it is named");
}

static struct vmx_capability without_ept_bit(unsigned bit)
{
    struct vmx_capability cap = haswell;

    cap.ept_vpid &= ~(1ull << bit);
    return cap;
}

static void test_ept(void)
{
    lacks(without_ept_bit(6), "EPT page-walk length 4");
    lacks(without_ept_bit(14), "EPT write-back memory type");
    lacks(without_ept_bit(16), "EPT 2-MiB pages");
    lacks(without_ept_bit(20), "INVEPT");
    lacks(without_ept_bit(25), "single-context INVEPT");
    lacks(without_ept_bit(26), "all-context INVEPT");
    lacks(without_ept_bit(32), "INVVPID");
    lacks(without_ept_bit(42), "all-context INVVPID");
}

// Takes away, one at a time, the permission to set each control bit that we need.
static void test_controls(void)
{
    static const struct {
        enum control_kind kind;
        uint32_t need;
        size_t offset;
    } fields[] = {
        {CONTROL_PIN, NEED_PIN, offsetof(struct vmx_capability, pin)},
        {CONTROL_CPU, NEED_CPU, offsetof(struct vmx_capability, cpu)},
        {CONTROL_CPU2, NEED_CPU2, offsetof(struct vmx_capability, cpu2)},
        {CONTROL_EXIT, NEED_EXIT, offsetof(struct vmx_capability, exit)},
        {CONTROL_ENTRY, NEED_ENTRY, offsetof(struct vmx_capability, entry)},
    };

    for (size_t i = 0; i < sizeof(fields) / sizeof(fields[0]); i++)
        for (unsigned bit = 0; bit < 32; bit++) {
            struct vmx_capability cap = haswell;
            uint64_t *msr = (uint64_t *)((char *)&cap + fields[i].offset);

            if (!(fields[i].need >> bit & 1))
                continue;
            *msr &= ~(1ull << (32 + bit));
            ok(strcmp(control_name(fields[i].kind, bit), "?") != 0, "bit %u has a name", bit);
            lacks(cap, control_name(fields[i].kind, bit));
        }
}

static void test_rest(void)
{
    struct vmx_capability cap = haswell;
    const char *names[2];

    cap.basic &= ~(1ull << 55);
    lacks(cap, "TRUE capability MSRs");
    cap = haswell;
    cap = haswell;
    cap.basic &= ~(1ull << 54);
    lacks(cap, "instruction information of INS and OUTS");
    cap = haswell;
    cap.basic &= ~(0xFull << 50);
    lacks(cap, "write-back VMCS");
    cap = haswell;
    cap.misc &= ~(1ull << 5);
    lacks(cap, "EFER.LMA stored in the VM-entry controls");
    cap = haswell;
    cap.cpu |= 1 << 15;  // CR3-load exiting can't be turned off
    lacks(cap, "CR3-load exiting");
    cap = (struct vmx_capability){0};
    ok(capability_missing(&cap, names, 2) > 20, "a CPU with nothing lacks more than 20 things");
}

static void test_control_value(void)
{
    uint32_t refused = 1;

    is_int(control_value(&haswell, CONTROL_CPU, CPU_HLT, &refused), 0x04006172 | 1 << 7,
           "HLT exiting, and the reserved ones");
    is_int(refused, 0, "nothing refused");
    control_value(&haswell, CONTROL_CPU2, CPU2_EPT | CPU2_XSAVES, &refused);
    is_int(refused, CPU2_XSAVES, "Haswell has no XSAVES: refused, not dropped");
    is_str(control_name(CONTROL_CPU2, 20), "enable XSAVES/XRSTORS", "by the SDM's name");
}

int main(void)
{
    const char *names[4];

    test_feature_control();
    is_int(capability_missing(&haswell, names, 4), 0, "a Haswell has all we need");
    test_ept();
    test_controls();
    test_rest();
    test_control_value();
    is_int(capability_cr0(&haswell, 0x10), 0x80000031, "CR0: PG, NE and PE are forced on");
    is_int(capability_cr4(&haswell, 1 << 23 | 1 << 5), 0x2020, "CR4: VMXE on, CET off");
    return done_testing();
}
