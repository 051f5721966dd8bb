// What a rule is made of, and the five files of rules.

#ifndef VMM_ENTRY_CHECK_RULE_H
#define VMM_ENTRY_CHECK_RULE_H

#include "vmm/entry_check/check.h"

struct vmcs_check {
    const struct vmx_capability *cap;
    struct vmcs_violation *list;
    unsigned max, count;
    enum vmcs_area area;
};

// Notes a violation of `rule` at `field` unless it `holds`.
void vmcs_require(struct vmcs_check *check, bool holds, enum vmcs_field field, const char *rule);

// `address` has `zeros` low bits clear and fits the CPU's physical addresses.
bool is_physical(const struct vmcs_check *check, uint64_t address, unsigned zeros);

// All eight entries of a PAT value are memory types: 0, 1, 4, 5, 6 or 7.
bool is_pat(uint64_t value);

void vmcs_check_controls(struct vmcs_check *check);  // controls.c
void vmcs_check_event(struct vmcs_check *check);     // event.c
void vmcs_check_host(struct vmcs_check *check);      // host.c
void vmcs_check_guest(struct vmcs_check *check);     // guest.c
void vmcs_check_segments(struct vmcs_check *check);  // segments.c

#endif
