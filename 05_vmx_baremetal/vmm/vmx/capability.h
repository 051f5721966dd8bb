// What this CPU's VMX can do, and whether that is enough for us.
//
// The MSRs are read once, into a struct. All decisions are functions of that struct, so that the
// unit tests can ask them about any CPU.

#ifndef VMM_VMX_CAPABILITY_H
#define VMM_VMX_CAPABILITY_H

#include <stdbool.h>
#include <stdint.h>

// The MSRs of SDM Vol. 3, "VMX Capability Reporting Facility", as read. Each of the five about
// controls says in its low half which bits must be 1, in its high half which may be.
struct vmx_capability {
    uint64_t basic, misc;
    uint64_t pin, cpu, cpu2, exit, entry;  // the TRUE ones of pin, cpu, exit and entry
    uint64_t ept_vpid;
    uint64_t cr0_fixed0, cr0_fixed1, cr4_fixed0, cr4_fixed1;
    uint64_t debugctl;       // bits of IA32_DEBUGCTL that a guest's may have
    unsigned physical_bits;  // width of a physical address: CPUID 80000008h, EAX 7:0
};

// IA32_FEATURE_CONTROL, the firmware's word on VMX.
enum feature_control {
    FEATURE_CONTROL_READY,       // locked with VMX on
    FEATURE_CONTROL_LOCKED_OFF,  // locked with VMX off: only the firmware's set-up can change it
    FEATURE_CONTROL_UNLOCKED,    // never set: we set it and lock it
};

// What the value of IA32_FEATURE_CONTROL means. VMX inside SMX (bit 1) doesn't help us: we never
// run GETSEC. Source: SDM Vol. 3, "Enabling and Entering VMX Operation".
enum feature_control feature_control(uint64_t value);

// Names what this CPU lacks of what we need, at most `max` names. Returns how many are missing:
// 0 is a CPU that will do.
unsigned capability_missing(const struct vmx_capability *cap, const char *names[], unsigned max);

// The five control fields.
enum control_kind { CONTROL_PIN, CONTROL_CPU, CONTROL_CPU2, CONTROL_EXIT, CONTROL_ENTRY };

// The capability MSR that governs a field, and the SDM's name of one of its bits, or "?".
uint64_t control_capability(const struct vmx_capability *cap, enum control_kind kind);
const char *control_name(enum control_kind kind, unsigned bit);

// A value that this CPU accepts: `wanted`, and the reserved bits that must be 1. Bits that it can't
// give, and bits that it forces on though they change what the guest can do, come back in
// `refused`.
uint32_t control_value(const struct vmx_capability *cap, enum control_kind kind, uint32_t wanted,
                       uint32_t *refused);

// A value for CR0 and CR4 that VMX operation accepts: bits forced to 1 added, bits forced to 0
// gone.
uint64_t capability_cr0(const struct vmx_capability *cap, uint64_t value);
uint64_t capability_cr4(const struct vmx_capability *cap, uint64_t value);

#endif
