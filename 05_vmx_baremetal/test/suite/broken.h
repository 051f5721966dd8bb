// A VMCS broken in one way at a time: what vmcs_check() must say about it, and the CPU too.
//
// The unit tests run the list on the host, against vmcs_check() alone; the suite runs it on the
// machine, against vmcs_check() and the CPU.

#ifndef TEST_SUITE_BROKEN_H
#define TEST_SUITE_BROKEN_H

#include <stdint.h>

#include "vmm/guest_state.h"
#include "vmm/vmcs_check.h"

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
    enum vmcs_area area;
    enum vmcs_field field;  // what vmcs_check() names ...
    const char *rule;       // ... and the rule
    struct change change[CHANGES];
};

extern const struct broken broken_list[];
extern const unsigned broken_count;

// The start state of each mode; `cr3` is the GPA of the page tables where the mode has paging.
struct guest_state broken_start(enum mode mode, uint64_t cr3);

// Breaks the current VMCS, and mends it. `old` keeps what was there.
void broken_apply(const struct broken *row, uint64_t old[CHANGES]);
void broken_undo(const struct broken *row, const uint64_t old[CHANGES]);

// True if `violation` is the one that `row` expects.
bool broken_is(const struct broken *row, const struct vmcs_violation *violation);

#endif
