// CPUID as the guest sees it, on a CPU that has everything, on one that has nothing, and on a
// Haswell's neighbours.

#include "vmm/exits/exits.h"

#include "common/test/tap.h"
#include "test/unit/fake/fake_pages.h"
#include "test/unit/fake/fake_vmcs.h"
#include "vmm/vcpu/setup.h"
#include "vmm/vmx/controls.h"

static struct cpuid everything(uint32_t leaf, uint32_t subleaf)
{
    (void)leaf;
    (void)subleaf;
    return (struct cpuid){0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF};
}

static struct cpuid nothing(uint32_t leaf, uint32_t subleaf)
{
    (void)leaf;
    (void)subleaf;
    return (struct cpuid){0};
}

// A CPU whose last leaves are 7 and 80000001h, and which answers beyond them as Intel's do.
static struct cpuid old(uint32_t leaf, uint32_t subleaf)
{
    (void)subleaf;
    if (leaf == 0 || leaf == 0x80000000)
        return (struct cpuid){leaf ? 0x80000001 : 7, 0, 0, 0};
    return (struct cpuid){0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0xFFFFFFFF};
}

// Features that need a control or an MSR that we may not provide: what would break if they showed.
static const struct {
    uint32_t leaf, subleaf;
    char reg;
    unsigned bit;
    uint32_t control;  // 0: never shown
    const char *name;
} needy[] = {
    {1, 0, 'c', 3, 0, "MONITOR"},
    {1, 0, 'c', 5, 0, "VMX"},
    {1, 0, 'c', 6, 0, "SMX"},
    {1, 0, 'c', 15, 0, "PDCM: IA32_PERF_CAPABILITIES"},
    {1, 0, 'c', 17, 0, "PCID"},
    {1, 0, 'c', 18, 0, "DCA"},
    {1, 0, 'c', 21, 0, "x2APIC"},
    {1, 0, 'c', 24, 0, "TSC deadline"},
    {1, 0, 'd', 7, 0, "machine checks"},
    {1, 0, 'd', 9, 0, "APIC"},
    {1, 0, 'd', 12, 0, "MTRRs"},
    {1, 0, 'd', 14, 0, "machine-check architecture"},
    {1, 0, 'd', 21, 0, "debug store"},
    {1, 0, 'd', 22, 0, "thermal control"},
    {7, 0, 'b', 2, 0, "SGX"},
    {7, 0, 'b', 4, 0, "HLE"},
    {7, 0, 'b', 11, 0, "RTM"},
    {7, 0, 'b', 10, 0, "INVPCID"},
    {7, 0, 'b', 12, 0, "resource monitoring"},
    {7, 0, 'b', 14, 0, "MPX"},
    {7, 0, 'b', 16, 0, "AVX-512"},
    {7, 0, 'b', 25, 0, "Processor Trace"},
    {7, 0, 'c', 3, 0, "protection keys"},
    {7, 0, 'c', 5, CPU2_USER_WAIT, "WAITPKG"},
    {7, 0, 'c', 7, 0, "CET shadow stacks"},
    {7, 0, 'c', 16, 0, "LA57"},
    {7, 0, 'c', 22, 0, "RDPID"},
    {7, 0, 'd', 26, 0, "IA32_SPEC_CTRL"},
    {7, 0, 'd', 29, 0, "IA32_ARCH_CAPABILITIES"},
    {0xD, 1, 'a', 3, CPU2_XSAVES, "XSAVES"},
    {0x80000001, 0, 'd', 27, CPU2_RDTSCP, "RDTSCP"},
};

static bool shows(struct cpuid id, char reg, unsigned bit)
{
    const uint32_t value[] = {['a'] = id.eax, ['b'] = id.ebx, ['c'] = id.ecx, ['d'] = id.edx};

    return value[(unsigned char)reg] >> bit & 1;
}

static void test_needy(void)
{
    struct guest_cpuid guest = {.host = everything};

    for (size_t i = 0; i < sizeof(needy) / sizeof(needy[0]); i++) {
        guest.cpu2 = ~needy[i].control;
        ok(!shows(guest_cpuid(&guest, needy[i].leaf, needy[i].subleaf), needy[i].reg, needy[i].bit),
           "%s is hidden where nothing stands behind it", needy[i].name);
        guest.cpu2 = needy[i].control;
        is_int(
            shows(guest_cpuid(&guest, needy[i].leaf, needy[i].subleaf), needy[i].reg, needy[i].bit),
            needy[i].control != 0, "%s %s with its control", needy[i].name,
            needy[i].control ? "shows" : "has none: hidden also");
    }
}

// What a feature adds to the CPU's registers, and has no exit of its own. Bit by bit: the guest's
// Linux reads or writes each of these as soon as it sees the feature.
static const struct {
    uint32_t leaf, subleaf;
    char reg;
    unsigned bit;
    const char *name;
    uint32_t msr;
} registers[] = {
    {1, 0, 'd', 4, "TSC", 0x10},
    {1, 0, 'd', 5, "MSRs", 0x1A0},
    {1, 0, 'd', 7, "machine checks", 0x179},
    {1, 0, 'd', 9, "APIC", 0x1B},
    {1, 0, 'd', 11, "SYSENTER", 0x174},
    {1, 0, 'd', 11, "SYSENTER", 0x175},
    {1, 0, 'd', 11, "SYSENTER", 0x176},
    {1, 0, 'd', 12, "MTRRs", 0xFE},
    {1, 0, 'd', 14, "machine-check architecture", 0x179},
    {1, 0, 'd', 16, "PAT", 0x277},
    {1, 0, 'c', 15, "performance capabilities", 0x345},
    {1, 0, 'c', 24, "TSC deadline", 0x6E0},
    {7, 0, 'b', 0, "FSGSBASE", 0xC0000100},
    {7, 0, 'b', 0, "FSGSBASE", 0xC0000101},
    {7, 0, 'b', 1, "IA32_TSC_ADJUST", 0x3B},
    {7, 0, 'c', 5, "WAITPKG", 0xE1},
    {7, 0, 'c', 22, "RDPID", 0xC0000103},
    {7, 0, 'd', 26, "IA32_SPEC_CTRL", 0x48},
    {7, 0, 'd', 29, "IA32_ARCH_CAPABILITIES", 0x10A},
    {0xD, 1, 'a', 3, "XSAVES", 0xDA0},
    {0x80000001, 0, 'd', 11, "SYSCALL", 0xC0000081},
    {0x80000001, 0, 'd', 11, "SYSCALL", 0xC0000082},
    {0x80000001, 0, 'd', 11, "SYSCALL", 0xC0000084},
    {0x80000001, 0, 'd', 20, "no-execute", 0xC0000080},
    {0x80000001, 0, 'd', 27, "RDTSCP", 0xC0000103},
    {0x80000001, 0, 'd', 29, "64-bit mode", 0xC0000102},
};

// Does the guest have the MSR? Either the bitmap lets it through, or the handler of its exit
// answers.
static bool has_msr(uint32_t msr)
{
    struct guest guest = {0};
    struct vcpu vcpu = {.guest = &guest, .gpr[RCX] = msr};
    uint8_t bitmap[4096];
    unsigned bit = (msr >> 31 ? 8192 : 0) + (msr & 0x1FFF);

    msr_bitmap_fill(bitmap);
    fake_vmcs_reset();
    return !(bitmap[bit / 8] >> bit % 8 & 1) || exit_rdmsr(&vcpu) == RESUME_NEXT;
}

// With all the controls that we turn on, on a CPU that has them all.
static void test_registers(void)
{
    const struct guest_cpuid guest = {
        .host = everything, .cpu2 = NEED_CPU2 | WANT_CPU2, .code_64 = true};

    for (size_t i = 0; i < sizeof(registers) / sizeof(registers[0]); i++) {
        struct cpuid id = guest_cpuid(&guest, registers[i].leaf, registers[i].subleaf);

        if (shows(id, registers[i].reg, registers[i].bit))
            ok(has_msr(registers[i].msr), "%s shows, and there is MSR %x", registers[i].name,
               registers[i].msr);
        else
            ok(true, "%s is hidden, with MSR %x or without", registers[i].name, registers[i].msr);
    }
    ok(!has_msr(0xE1) && !has_msr(0x1B), "not every MSR is there");
}

// The whole answer for a CPU that has everything, spelled out: a new bit has to be thought about.
static void test_masks(void)
{
    const struct guest_cpuid guest = {.host = everything, .xcr0 = 3, .code_64 = true};
    struct cpuid id = guest_cpuid(&guest, 1, 0);

    is_int(id.ecx, 0xF6D83203 | 1u << 31, "leaf 1, ECX");
    is_int(id.edx, 0x078BA97F, "leaf 1, EDX");
    is_int(id.ebx, 0x0000FFFF, "leaf 1, EBX: APIC id 0, one CPU");
    id = guest_cpuid(&guest, 7, 0);
    is_int(id.eax, 0, "leaf 7: no sub-leaf but the first");
    is_int(id.ebx, 0x009C03AB, "leaf 7, EBX");
    is_int(id.ecx, 1 << 2, "leaf 7, ECX");
    is_int(id.edx, 1 << 4, "leaf 7, EDX");
    id = guest_cpuid(&guest, 0x80000001, 0);
    is_int(id.ecx, 0x121, "leaf 80000001h, ECX");
    is_int(id.edx, 0x24100800, "leaf 80000001h, EDX");
    is_int(guest_cpuid(&guest, 0x80000008, 0).eax, 0xFFFF, "leaf 80000008h: widths");
    is_int(guest_cpuid(&guest, 0x80000008, 0).ecx, 0, "leaf 80000008h: no core count");
}

// Bits that mean nothing without another. Who shows one has to show the other.
struct feature {
    uint32_t leaf, subleaf;
    char reg;
    unsigned bit;
};

static const struct {
    const char *name;
    struct feature one, other;
} pairs[] = {
    {"SSE needs FXSAVE", {1, 0, 'd', 25}, {1, 0, 'd', 24}},
    {"SSE2 needs SSE", {1, 0, 'd', 26}, {1, 0, 'd', 25}},
    {"SSE3 needs SSE2", {1, 0, 'c', 0}, {1, 0, 'd', 26}},
    {"SSSE3 needs SSE3", {1, 0, 'c', 9}, {1, 0, 'c', 0}},
    {"SSE4.1 needs SSSE3", {1, 0, 'c', 19}, {1, 0, 'c', 9}},
    {"SSE4.2 needs SSE4.1", {1, 0, 'c', 20}, {1, 0, 'c', 19}},
    {"AES needs SSE2", {1, 0, 'c', 25}, {1, 0, 'd', 26}},
    {"PCLMULQDQ needs SSE2", {1, 0, 'c', 1}, {1, 0, 'd', 26}},
    {"FXSAVE needs x87", {1, 0, 'd', 24}, {1, 0, 'd', 0}},
    {"MMX needs x87", {1, 0, 'd', 23}, {1, 0, 'd', 0}},
    {"AVX needs XSAVE", {1, 0, 'c', 28}, {1, 0, 'c', 26}},
    {"OSXSAVE needs XSAVE", {1, 0, 'c', 27}, {1, 0, 'c', 26}},
    {"FMA needs AVX", {1, 0, 'c', 12}, {1, 0, 'c', 28}},
    {"F16C needs AVX", {1, 0, 'c', 29}, {1, 0, 'c', 28}},
    {"AVX2 needs AVX", {7, 0, 'b', 5}, {1, 0, 'c', 28}},
    {"AVX-512 needs AVX2", {7, 0, 'b', 16}, {7, 0, 'b', 5}},
    {"XSAVEOPT needs XSAVE", {0xD, 1, 'a', 0}, {1, 0, 'c', 26}},
    {"XSAVEC needs XSAVE", {0xD, 1, 'a', 1}, {1, 0, 'c', 26}},
    {"XGETBV with ECX = 1 needs XSAVE", {0xD, 1, 'a', 2}, {1, 0, 'c', 26}},
    {"XSAVES needs XSAVEC", {0xD, 1, 'a', 3}, {0xD, 1, 'a', 1}},
    {"INVPCID needs PCID", {7, 0, 'b', 10}, {1, 0, 'c', 17}},
    {"PCID needs 64-bit mode", {1, 0, 'c', 17}, {0x80000001, 0, 'd', 29}},
    {"x2APIC needs the APIC", {1, 0, 'c', 21}, {1, 0, 'd', 9}},
    {"the TSC deadline needs the APIC", {1, 0, 'c', 24}, {1, 0, 'd', 9}},
    {"RDTSCP needs the TSC", {0x80000001, 0, 'd', 27}, {1, 0, 'd', 4}},
    {"IA32_TSC_ADJUST needs the TSC", {7, 0, 'b', 1}, {1, 0, 'd', 4}},
    {"the invariant TSC needs the TSC", {0x80000007, 0, 'd', 8}, {1, 0, 'd', 4}},
    {"PSE-36 needs PSE", {1, 0, 'd', 17}, {1, 0, 'd', 3}},
    {"no-execute needs PAE", {0x80000001, 0, 'd', 20}, {1, 0, 'd', 6}},
    {"64-bit mode needs PAE", {0x80000001, 0, 'd', 29}, {1, 0, 'd', 6}},
    {"64-bit mode needs SSE2", {0x80000001, 0, 'd', 29}, {1, 0, 'd', 26}},
    {"1 GiB pages need 64-bit mode", {0x80000001, 0, 'd', 26}, {0x80000001, 0, 'd', 29}},
    {"LAHF in 64-bit mode needs it", {0x80000001, 0, 'c', 0}, {0x80000001, 0, 'd', 29}},
    {"SYSCALL needs 64-bit mode", {0x80000001, 0, 'd', 11}, {0x80000001, 0, 'd', 29}},
    {"CMPXCHG16B needs CMPXCHG8B", {1, 0, 'c', 13}, {1, 0, 'd', 8}},
    {"SYSENTER needs MSRs", {1, 0, 'd', 11}, {1, 0, 'd', 5}},
    {"SMX needs VMX", {1, 0, 'c', 6}, {1, 0, 'c', 5}},
};

static bool shows_feature(const struct guest_cpuid *guest, const struct feature *feature)
{
    return shows(guest_cpuid(guest, feature->leaf, feature->subleaf), feature->reg, feature->bit);
}

static void test_pairs(void)
{
    const struct guest_cpuid guest = {.host = everything,
                                      .cpu2 = NEED_CPU2 | WANT_CPU2,
                                      .cr4 = CR4_OSXSAVE,
                                      .xcr0 = 7,
                                      .code_64 = true};

    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++)
        ok(!shows_feature(&guest, &pairs[i].one) || shows_feature(&guest, &pairs[i].other), "%s",
           pairs[i].name);
}

// What depends on the mode in which the guest asks.
static void test_modes(void)
{
    struct guest_cpuid guest = {.host = everything};
    const struct cpuid elsewhere = guest_cpuid(&guest, 0x80000001, 0);

    ok(!shows(elsewhere, 'd', 11), "no SYSCALL outside of 64-bit mode");
    guest.code_64 = true;
    ok(shows(guest_cpuid(&guest, 0x80000001, 0), 'd', 11), "SYSCALL in it");
    is_int(guest_cpuid(&guest, 0x80000001, 0).edx ^ elsewhere.edx, 1 << 11, "and nothing else");
}

static bool is_zero(struct cpuid id)
{
    return !(id.eax | id.ebx | id.ecx | id.edx);
}

static void test_leaves(void)
{
    static const uint32_t hidden[] = {3,    5,          6,          9,          0xA,       0xB,
                                      0xF,  0x10,       0x12,       0x14,       0x16,      0x17,
                                      0x1F, 0x40000002, 0x7FFFFFFF, 0x80000009, 0xFFFFFFFF};
    struct guest_cpuid guest = {.host = everything, .cpu2 = 0xFFFFFFFF};

    for (size_t i = 0; i < sizeof(hidden) / sizeof(hidden[0]); i++)
        ok(is_zero(guest_cpuid(&guest, hidden[i], 0)), "leaf %xh is all zeros", hidden[i]);
    ok(is_zero(guest_cpuid(&guest, 7, 1)), "leaf 7, sub-leaf 1 too");
    is_int(guest_cpuid(&guest, 0, 0).eax, 0x16, "the last basic leaf");
    is_int(guest_cpuid(&guest, 0x80000000, 0).eax, 0x80000008, "the last extended one");
    ok(memcmp(&(struct cpuid){guest_cpuid(&guest, 0x40000000, 0).ebx,
                              guest_cpuid(&guest, 0x40000000, 0).ecx,
                              guest_cpuid(&guest, 0x40000000, 0).edx, 0},
              "StepByStepHV", 12) == 0,
       "our name");
    guest.host = nothing;
    is_int(guest_cpuid(&guest, 1, 0).ecx, 1u << 31, "a CPU with nothing: we are still there");
    is_int(guest_cpuid(&guest, 1, 0).edx, 0, "and nothing else");
    is_int(guest_cpuid(&guest, 7, 0).ebx, 1 << 1, "but IA32_TSC_ADJUST, which is ours");
}

static void test_xsave(void)
{
    struct guest_cpuid guest = {.host = everything, .xcr0 = 1};

    is_int(guest_cpuid(&guest, 1, 0).ecx >> 27 & 1, 0, "OSXSAVE follows CR4: off");
    guest.cr4 = 1 << 18;
    is_int(guest_cpuid(&guest, 1, 0).ecx >> 27 & 1, 1, "on");
    is_int(guest_cpuid(&guest, 0xD, 0).eax, 7, "x87, SSE, AVX; nothing of AVX-512");
    is_int(guest_cpuid(&guest, 0xD, 0).ebx, 576, "size with x87 alone");
    is_int(guest_cpuid(&guest, 0xD, 0).ecx, 832, "size with all");
    guest.xcr0 = 7;
    is_int(guest_cpuid(&guest, 0xD, 0).ebx, 832, "size with AVX");
    is_int(guest_cpuid(&guest, 0xD, 1).ebx, 832, "compacted it is the same");
    ok(is_zero(guest_cpuid(&guest, 0xD, 5)), "no component 5");
    guest.host = old;
    ok(is_zero(guest_cpuid(&guest, 0xD, 2)), "a leaf that the CPU lacks is not its last again");
    ok(is_zero(guest_cpuid(&guest, 0x80000008, 0)), "nor is an extended one");
    guest.host = nothing;
    is_int(guest_cpuid(&guest, 1, 0).ecx >> 27 & 1, 0, "no OSXSAVE without XSAVE");
    ok(is_zero(guest_cpuid(&guest, 0xD, 2)), "no AVX component without AVX");
}

// The local APIC is ours, whatever the machine has.
static void test_apic(void)
{
    struct apic apic = {.base = APIC_GPA | APIC_BASE_ENABLE};
    struct guest_cpuid guest = {.host = nothing, .apic = &apic};
    struct cpuid id = guest_cpuid(&guest, 1, 0);

    ok(shows(id, 'd', 9) && shows(id, 'c', 21) && shows(id, 'c', 24),
       "a local APIC, with x2APIC mode and TSC deadlines");
    is_int(id.ebx >> 24, 0, "its id is 0");
    is_int(guest_cpuid(&guest, 6, 0).eax, 1 << 2, "its timer runs while the CPU sleeps");
    id = guest_cpuid(&guest, 0xB, 0);
    ok(id.eax == 0 && id.ebx == 1 && id.ecx == 0x100 && id.edx == 0, "leaf Bh: one thread");
    id = guest_cpuid(&guest, 0xB, 1);
    ok(id.eax == 0 && id.ebx == 1 && id.ecx == 0x201 && id.edx == 0, "leaf Bh: one core");
    id = guest_cpuid(&guest, 0xB, 2);
    ok(id.eax == 0 && id.ebx == 0 && id.ecx == 2, "leaf Bh: no more levels");
    apic.no_x2 = true;
    id = guest_cpuid(&guest, 1, 0);
    ok(shows(id, 'd', 9) && !shows(id, 'c', 21) && shows(id, 'c', 24), "or without x2APIC mode");
    apic.base &= ~(uint64_t)APIC_BASE_ENABLE;
    ok(!shows(guest_cpuid(&guest, 1, 0), 'd', 9), "switched off, there is none");
}

static void test_time(void)
{
    struct guest_cpuid guest = {.host = everything, .tsc_khz = 3400000};
    struct cpuid id = guest_cpuid(&guest, 0x15, 0);

    is_int((uint64_t)id.ecx * id.ebx / id.eax, 3400000000, "TSC: 3.4 GHz from a crystal");
    is_int(guest_cpuid(&guest, 0x40000010, 0).eax, 3400000, "and in kHz");
    is_int(guest_cpuid(&guest, 0x16, 0).eax, 3400, "and in MHz");
    guest.tsc_khz = 5000000;
    ok(is_zero(guest_cpuid(&guest, 0x15, 0)), "5 GHz doesn't fit and isn't told");
    guest.tsc_khz = 0;
    ok(is_zero(guest_cpuid(&guest, 0x15, 0)), "nor is an unknown frequency");
}

int main(void)
{
    test_needy();
    test_registers();
    test_masks();
    test_pairs();
    test_modes();
    test_leaves();
    test_xsave();
    test_time();
    test_apic();
    return done_testing();
}
