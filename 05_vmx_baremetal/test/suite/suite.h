// Tests that need the machine: guests in every mode, guests that mean harm, VMCSs that the CPU must
// refuse. They are part of the image, and run in the place of a guest with GUEST=suite.

#ifndef TEST_SUITE_SUITE_H
#define TEST_SUITE_SUITE_H

#include <stdbool.h>

#include "vmm/vcpu.h"

// Runs all tests, if that is what the option guest says, then ends the machine: MACHINE_OFF if all
// passed, else MACHINE_PANIC. Prints TAP, each line behind the hypervisor's mark.
void suite_if_asked(const struct vmx_capability *cap);

// One result, as common/test/tap.h has it. Returns `pass`.
__attribute__((format(printf, 2, 3))) bool ok(bool pass, const char *what, ...);

// The same for what may fail, unless `but` is NULL: then it is printed with that reason, as TODO,
// and doesn't count.
__attribute__((format(printf, 3, 4))) bool ok_but(bool pass, const char *but, const char *what,
                                                  ...);

// A test that this machine can't have, and why. Counts as passed.
void suite_skip(const char *reason, const char *what);

// Starts a guest without memory: name, start state, and two ports. One takes the guest's result,
// the other only makes an exit.
void suite_guest(struct guest *guest, const char *payload, struct guest_state start);

// What the guest wrote to the first: 0 if all went well; all ones if it never wrote.
uint32_t suite_result(void);

void suite_broken(const struct vmx_capability *cap);   // broken_suite.c
void suite_guests(const struct vmx_capability *cap);   // guests.c
void suite_hostile(const struct vmx_capability *cap);  // hostile.c
void suite_edges(const struct vmx_capability *cap);    // edges.c

#endif
