// A VMCS broken in one way at a time: what vmcs_check() must say about it, and the CPU too.
//
// The unit tests run the list on the host, against vmcs_check() alone; the suite runs it on the
// machine, against vmcs_check() and the CPU.

#ifndef TEST_SUITE_BROKEN_H
#define TEST_SUITE_BROKEN_H

#include <stdint.h>

#include "vmm/entry_check/check.h"
#include "vmm/guests/start.h"
#include "vmm/vmx/guest_state.h"

// The VMCS to break: one for a guest in this mode.
enum mode { REAL, PROTECTED, PAE, LONG };

// ON sets the bits of `value`, OFF clears them, SET replaces the whole field.
struct change {
    enum { NONE, ON, OFF, SET } how;
    enum vmcs_field field;
    uint64_t value;
};

#define CHANGES 4

struct broken {
    enum mode mode;
    enum vmcs_field field;  // what vmcs_check() names ...
    const char *rule;       // ... and the rule
    struct change change[CHANGES];
};

// The list, by area.
struct broken_part {
    enum vmcs_area area;
    const struct broken *list;
    unsigned count;
};

extern const struct broken_part broken_controls, broken_host, broken_guest, broken_segments;
extern const struct broken_part broken_bochs;  // what Bochs 2.7 doesn't check

// The start state of each mode; `cr3` is the GPA of the page tables where the mode has paging.
struct guest_state broken_start(enum mode mode, uint64_t cr3);

// Breaks the current VMCS, and mends it. `old` keeps what was there.
void broken_apply(const struct broken *row, uint64_t old[CHANGES]);
void broken_undo(const struct broken *row, const uint64_t old[CHANGES]);

// True if the current VMCS breaks the rule of `row`, in `area`, as vmcs_check() sees it.
bool broken_found(const struct vmx_capability *cap, enum vmcs_area area, const struct broken *row);

#endif
