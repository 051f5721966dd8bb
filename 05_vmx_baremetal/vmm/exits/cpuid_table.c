// CPUID as the guest sees it: the real CPU's, less all that this hypervisor doesn't provide.
//
// Nothing is shown because it is there. A feature is in the table below, by name, or the guest has
// no such feature; one that takes a VMX control shows only where that control is on. Source: SDM
// Vol. 2, "CPUID".

#include "vmm/exits/exits.h"

#include <stddef.h>
#include <string.h>

#include "common/pc/apic/apic.h"
#include "common/pc/hypercall.h"
#include "common/pc/x86.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmx.h"

enum reg { EAX, EBX, ECX, EDX };

#define LAST_BASIC    0x16
#define LAST_EXTENDED 0x80000008
#define LEAF_TIMING   0x40000010

#define CPUID_1_ECX_X2APIC         (1u << 21)
#define CPUID_1_EDX_APIC           (1u << 9)
#define CPUID_6_EAX_ARAT           (1u << 2)  // the APIC's timer doesn't stop where the CPU sleeps
#define CPUID_80000001_EDX_SYSCALL (1u << 11)

// Feature bits that the guest may see, and the secondary control without which it must not.
static const struct feature {
    uint32_t leaf;
    uint8_t subleaf, reg, bit;
    uint32_t control;
    const char *name;
} features[] = {
    // clang-format off
    {1, 0, ECX,  0, 0, "SSE3"},
    {1, 0, ECX,  1, 0, "PCLMULQDQ"},
    {1, 0, ECX,  9, 0, "SSSE3"},
    {1, 0, ECX, 12, 0, "FMA"},
    {1, 0, ECX, 13, 0, "CMPXCHG16B"},
    {1, 0, ECX, 19, 0, "SSE4.1"},
    {1, 0, ECX, 20, 0, "SSE4.2"},
    {1, 0, ECX, 22, 0, "MOVBE"},
    {1, 0, ECX, 23, 0, "POPCNT"},
    {1, 0, ECX, 25, 0, "AES"},
    {1, 0, ECX, 26, 0, "XSAVE"},
    {1, 0, ECX, 28, 0, "AVX"},
    {1, 0, ECX, 29, 0, "F16C"},
    {1, 0, ECX, 30, 0, "RDRAND"},
    {1, 0, EDX,  0, 0, "x87"},
    {1, 0, EDX,  1, 0, "VME"},
    {1, 0, EDX,  2, 0, "debugging extensions"},
    {1, 0, EDX,  3, 0, "PSE"},
    {1, 0, EDX,  4, 0, "TSC"},
    {1, 0, EDX,  5, 0, "MSRs"},
    {1, 0, EDX,  6, 0, "PAE"},
    {1, 0, EDX,  8, 0, "CMPXCHG8B"},
    {1, 0, EDX, 11, 0, "SYSENTER"},
    {1, 0, EDX, 13, 0, "global pages"},
    {1, 0, EDX, 15, 0, "CMOV"},
    {1, 0, EDX, 16, 0, "PAT"},
    {1, 0, EDX, 17, 0, "PSE-36"},
    {1, 0, EDX, 19, 0, "CLFLUSH"},
    {1, 0, EDX, 23, 0, "MMX"},
    {1, 0, EDX, 24, 0, "FXSAVE"},
    {1, 0, EDX, 25, 0, "SSE"},
    {1, 0, EDX, 26, 0, "SSE2"},
    {7, 0, EBX,  0, 0, "FSGSBASE"},
    {7, 0, EBX,  3, 0, "BMI1"},
    {7, 0, EBX,  5, 0, "AVX2"},
    {7, 0, EBX,  7, 0, "SMEP"},
    {7, 0, EBX,  8, 0, "BMI2"},
    {7, 0, EBX,  9, 0, "enhanced REP MOVSB"},
    {7, 0, EBX, 18, 0, "RDSEED"},
    {7, 0, EBX, 19, 0, "ADX"},
    {7, 0, EBX, 20, 0, "SMAP"},
    {7, 0, EBX, 23, 0, "CLFLUSHOPT"},
    {7, 0, ECX,  2, 0, "UMIP"},
    {7, 0, ECX,  5, CPU2_USER_WAIT, "WAITPKG"},
    {7, 0, EDX,  4, 0, "fast short REP MOVSB"},
    {0xD, 1, EAX,  0, 0, "XSAVEOPT"},
    {0xD, 1, EAX,  1, 0, "XSAVEC"},
    {0xD, 1, EAX,  2, 0, "XGETBV with ECX = 1"},
    {0xD, 1, EAX,  3, CPU2_XSAVES, "XSAVES"},
    {0x80000001, 0, ECX,  0, 0, "LAHF in 64-bit mode"},
    {0x80000001, 0, ECX,  5, 0, "LZCNT"},
    {0x80000001, 0, ECX,  8, 0, "PREFETCHW"},
    {0x80000001, 0, EDX, 11, 0, "SYSCALL"},
    {0x80000001, 0, EDX, 20, 0, "no-execute"},
    {0x80000001, 0, EDX, 26, 0, "1 GiB pages"},
    {0x80000001, 0, EDX, 27, CPU2_RDTSCP, "RDTSCP"},
    {0x80000001, 0, EDX, 29, 0, "64-bit mode"},
    {0x80000007, 0, EDX,  8, 0, "invariant TSC"},
    // clang-format on
};

// Registers that describe rather than offer: shown as they are, but for the bits in `hidden`.
static const struct description {
    uint32_t leaf;
    uint8_t reg;
    uint32_t hidden;
    const char *name;
} descriptions[] = {
    {0, EBX, 0, "vendor"},
    {0, ECX, 0, "vendor"},
    {0, EDX, 0, "vendor"},
    {1, EAX, 0, "family, model, stepping"},
    {1, EBX, 0xFFFF0000, "CLFLUSH size and brand; APIC id and CPU count are 0"},
    {2, EAX, 0, "caches"},
    {2, EBX, 0, "caches"},
    {2, ECX, 0, "caches"},
    {2, EDX, 0, "caches"},
    {0x80000002, EAX, 0, "brand"},
    {0x80000002, EBX, 0, "brand"},
    {0x80000002, ECX, 0, "brand"},
    {0x80000002, EDX, 0, "brand"},
    {0x80000003, EAX, 0, "brand"},
    {0x80000003, EBX, 0, "brand"},
    {0x80000003, ECX, 0, "brand"},
    {0x80000003, EDX, 0, "brand"},
    {0x80000004, EAX, 0, "brand"},
    {0x80000004, EBX, 0, "brand"},
    {0x80000004, ECX, 0, "brand"},
    {0x80000004, EDX, 0, "brand"},
    {0x80000006, ECX, 0, "second-level cache"},
    {0x80000008, EAX, 0xFFFF0000, "widths of physical and linear addresses"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static uint32_t *register_of(struct cpuid *id, uint8_t reg)
{
    switch (reg) {
    case EAX: return &id->eax;
    case EBX: return &id->ebx;
    case ECX: return &id->ecx;
    default: return &id->edx;
    }
}

// The CPU's own answer. Asked for a leaf beyond its last, Intel's CPUs give the highest basic one.
static struct cpuid host_leaf(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf)
{
    if (leaf > guest->host(leaf & 0x80000000, 0).eax)
        return (struct cpuid){0};
    return guest->host(leaf, subleaf);
}

// The bits of the two tables, where the CPU has them.
static struct cpuid from_tables(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf)
{
    struct cpuid host = host_leaf(guest, leaf, subleaf), id = {0};

    for (size_t i = 0; i < COUNT(features); i++) {
        const struct feature *row = &features[i];

        if (row->leaf == leaf && row->subleaf == subleaf &&
            (guest->cpu2 & row->control) == row->control)
            *register_of(&id, row->reg) |= *register_of(&host, row->reg) & 1u << row->bit;
    }
    for (size_t i = 0; i < COUNT(descriptions); i++) {
        const struct description *row = &descriptions[i];

        if (row->leaf == leaf)
            *register_of(&id, row->reg) |= *register_of(&host, row->reg) & ~row->hidden;
    }
    return id;
}

uint64_t guest_xcr0_allowed(const struct guest_cpuid *guest)
{
    return host_leaf(guest, 0xD, 0).eax & ((XCR0_X87 | XCR0_SSE) | XCR0_AVX);
}

// Sizes of the XSAVE area: 512 bytes of legacy state and a header of 64, then AVX's upper halves.
// Source: SDM Vol. 1, "XSAVE Area", "XSAVE-Managed State".
static uint32_t xsave_size(uint64_t components)
{
    return components & XCR0_AVX ? 512 + 64 + 256 : 512 + 64;
}

static struct cpuid xsave_leaf(const struct guest_cpuid *guest, uint32_t subleaf)
{
    uint64_t allowed = guest_xcr0_allowed(guest);

    switch (subleaf) {
    case 0:
        return (struct cpuid){
            .eax = (uint32_t)allowed, .ebx = xsave_size(guest->xcr0), .ecx = xsave_size(allowed)};
    case 1: {
        struct cpuid id = from_tables(guest, 0xD, 1);

        id.ebx = xsave_size(guest->xcr0);
        return id;
    }
    case 2: return allowed & XCR0_AVX ? host_leaf(guest, 0xD, 2) : (struct cpuid){0};
    default: return (struct cpuid){0};
    }
}

static struct cpuid signature_leaf(void)
{
    static const char name[] = HYPERVISOR_SIGNATURE;
    struct cpuid id = {.eax = LEAF_TIMING};

    memcpy(&id.ebx, name, 4);
    memcpy(&id.ecx, name + 4, 4);
    memcpy(&id.edx, name + 8, 4);
    return id;
}

// What the local APIC of common/pc/apic can do, whatever the machine's can. Switched off, it is as
// if there were none. Source: SDM Vol. 3, "Presence of the Local APIC", "Enabling or Disabling
// the Local APIC".
static void add_apic(const struct guest_cpuid *guest, struct cpuid *id)
{
    if (!guest->apic)
        return;
    id->ecx |= CPUID_1_ECX_TSC_DEADLINE | (guest->apic->no_x2 ? 0 : CPUID_1_ECX_X2APIC);
    if (apic_is_on(guest->apic))
        id->edx |= CPUID_1_EDX_APIC;
}

// One thread, one core, one x2APIC ID, which is 0: no bit of it counts threads or cores.
static struct cpuid topology_leaf(const struct guest_cpuid *guest, uint32_t subleaf)
{
    if (!guest->apic)
        return (struct cpuid){0};
    return (struct cpuid){.ebx = subleaf < 2,
                          .ecx = subleaf < 2 ? (subleaf + 1) << 8 | subleaf : subleaf};
}

struct cpuid guest_cpuid(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf)
{
    struct cpuid id;

    switch (leaf) {
    case 0:
        id = from_tables(guest, 0, 0);
        id.eax = LAST_BASIC;
        return id;
    case 1:
        id = from_tables(guest, 1, 0);
        id.ecx |= CPUID_1_ECX_HYPERVISOR;
        add_apic(guest, &id);
        if ((id.ecx & 1u << 26) && (guest->cr4 & CR4_OSXSAVE))
            id.ecx |= CPUID_1_ECX_OSXSAVE;
        return id;
    case 7:
        if (subleaf)
            return (struct cpuid){0};
        id = from_tables(guest, 7, 0);
        id.ebx |= CPUID_7_EBX_TSC_ADJUST;
        return id;
    case 6: return (struct cpuid){.eax = guest->apic ? CPUID_6_EAX_ARAT : 0};
    case 0xB: return topology_leaf(guest, subleaf);
    case 0xD: return xsave_leaf(guest, subleaf);
    case 0x15:  // the TSC runs at 1/1 of a crystal of so many Hz: Linux needs no calibration then
        if (!guest->tsc_khz || guest->tsc_khz > UINT32_MAX / 1000)
            return (struct cpuid){0};
        return (struct cpuid){.eax = 1, .ebx = 1, .ecx = (uint32_t)guest->tsc_khz * 1000};
    case 0x16: return (struct cpuid){.eax = (uint32_t)(guest->tsc_khz / 1000)};  // in MHz
    case HYPERVISOR_LEAF_SIGNATURE: return signature_leaf();
    case HYPERVISOR_LEAF_VERSION: return (struct cpuid){.eax = HYPERCALL_VERSION};
    case 0x80000001:
        id = from_tables(guest, leaf, 0);
        if (!guest->code_64)
            id.edx &= ~CPUID_80000001_EDX_SYSCALL;  // Intel's show it only where it works
        return id;
    case LEAF_TIMING: return (struct cpuid){.eax = (uint32_t)guest->tsc_khz};
    case 0x80000000: return (struct cpuid){.eax = LAST_EXTENDED};
    default: return from_tables(guest, leaf, 0);
    }
}
