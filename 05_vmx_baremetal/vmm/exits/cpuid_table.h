// What the guest sees of its CPU: the real one, less all that this hypervisor doesn't provide.
//
// Nothing is shown because it is there. A feature is in the table of cpuid_table.c, by name, or the
// guest has no such feature; one that takes a VMX control shows only where that control is on.

#ifndef VMM_EXITS_CPUID_TABLE_H
#define VMM_EXITS_CPUID_TABLE_H

#include <stdint.h>

#include "kernel/cpu.h"

// What a CPUID answer depends on.
struct guest_cpuid {
    struct cpuid (*host)(uint32_t leaf, uint32_t subleaf);  // the CPU's own answer
    uint32_t cpu2;                                          // secondary VMX controls that are on
    uint64_t cr4, xcr0;                                     // of the guest
    uint64_t tsc_khz;                                       // 0: not known, and not told
};

// The answer to CPUID with EAX = `leaf`, ECX = `subleaf`. Leaves beyond the last are all zeros.
struct cpuid guest_cpuid(const struct guest_cpuid *guest, uint32_t leaf, uint32_t subleaf);

// The components of XSAVE state that a guest may enable: x87, SSE, and AVX where the CPU has it.
uint64_t guest_xcr0_allowed(const struct guest_cpuid *guest);

#endif
