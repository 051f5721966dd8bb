// The checks that VM entry makes on a VMCS, made in software, where each of them has a name.
//
// The CPU answers a bad VMCS with one number for about 170 rules: 7 for the controls, 8 for the
// host state, exit reason 33 for the guest state. Checked here first, the answer is the rule that
// was broken, the field and its value.
//
// Source: SDM Vol. 3, "VM Entries": "Checks on VMX Controls and Host-State Area" and "Checking and
// Loading Guest State". Not checked: what belongs to features that controls.h doesn't use and that
// no test turns on (SMM, enclaves, CET, Intel PT, LBR), and what is in memory rather than in the
// VMCS: the contents of MSR lists, and the revision of a VMCS that VMCS_LINK_POINTER points at.

#ifndef VMM_ENTRY_CHECK_CHECK_H
#define VMM_ENTRY_CHECK_CHECK_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/vmx/capability.h"
#include "vmm/vmx/fields.h"

// What the CPU does about a violation depends on where it is.
enum vmcs_area {
    AREA_CONTROLS,  // VMLAUNCH fails with VM-instruction error 7
    AREA_HOST,      // VMLAUNCH fails with VM-instruction error 8
    AREA_GUEST,     // VM entry fails: an exit with basic reason 33 and bit 31 set
};

struct vmcs_violation {
    enum vmcs_area area;
    enum vmcs_field field;  // where the rule was broken, or the first of several fields ...
    uint64_t value;         // ... and what it holds
    const char *rule;       // what must hold
};

// Checks the current VMCS, as far as vmcs_read() reaches it. Writes the first `max` violations to
// `list`. Returns how many there are.
unsigned vmcs_check(const struct vmx_capability *cap, struct vmcs_violation *list, unsigned max);

// Would the CPU enter the current VMCS? Says by name what is wrong if it wouldn't.
bool vmcs_is_valid(const struct vmx_capability *cap);

#endif
