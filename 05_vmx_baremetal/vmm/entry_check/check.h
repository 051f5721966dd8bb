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

struct vmcs_check {
    const struct vmx_capability *cap;
    struct vmcs_violation *list;
    unsigned max, count;
    enum vmcs_area area;
};

// Checks the current VMCS, as far as vmcs_read() reaches it. Writes the first `max` violations to
// `list`. Returns how many there are.
unsigned vmcs_check(const struct vmx_capability *cap, struct vmcs_violation *list, unsigned max);

// For the files of the three areas: notes a violation of `rule` at `field` unless it `holds`.
void vmcs_require(struct vmcs_check *check, bool holds, enum vmcs_field field, const char *rule);

void vmcs_check_controls(struct vmcs_check *check);  // controls.c
void vmcs_check_event(struct vmcs_check *check);     // event.c
void vmcs_check_host(struct vmcs_check *check);      // host.c
void vmcs_check_guest(struct vmcs_check *check);     // guest.c
void vmcs_check_segments(struct vmcs_check *check);  // segments.c

// The secondary controls in force: none unless the primary ones activate them.
uint32_t vmcs_cpu2_controls(void);

// Bits 63:47 are all the same: an address that 48-bit linear addresses can form.
bool is_canonical(uint64_t address);

// `address` has `zeros` low bits clear and fits the CPU's physical addresses.
bool is_physical(const struct vmcs_check *check, uint64_t address, unsigned zeros);

// All eight entries of a PAT value are memory types: 0, 1, 4, 5, 6 or 7.
bool is_pat(uint64_t value);

#endif
