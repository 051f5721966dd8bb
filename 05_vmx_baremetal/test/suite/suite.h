// Tests that need the machine: guests in every mode, guests that mean harm, VMCSs that the CPU must
// refuse. They have an image of their own: GUEST=suite makes it.

#ifndef TEST_SUITE_SUITE_H
#define TEST_SUITE_SUITE_H

#include <stdbool.h>

#include "vmm/vcpu/vcpu.h"

// One result, as common/test/tap.h has it: TAP, each line behind the hypervisor's mark. Returns
// `pass`.
__attribute__((format(printf, 2, 3))) bool ok(bool pass, const char *what, ...);

// The same for what may fail, unless `but` is NULL: then it is printed with that reason, as TODO,
// and doesn't count.
__attribute__((format(printf, 3, 4))) bool ok_but(bool pass, const char *but, const char *what,
                                                  ...);

// The end of the machine: VM_POWERED_OFF if all passed, else VM_PANIC.
__attribute__((noreturn)) void suite_end(void);

// A test that this machine can't have, and why. Counts as passed.
void suite_skip(const char *reason, const char *what);

// The ports of a guest of the suite: one takes its result, one only makes an exit, one takes what
// it tells, one gives back what it was given, one is the NMI button, and one would reset a bare
// machine.
#define SUITE_PORTS 6
extern const struct port_range suite_ports[SUITE_PORTS];

// Starts a guest without memory: name, start state, and these ports.
void suite_guest(struct guest *guest, const char *payload, struct guest_state start);

// Connects the button to the guest's CPU.
void suite_button(struct vcpu *vcpu);

// Behind the last of a guest's memory: gives it a page of registers at `gpa` (see
// test/guest/devices/page.asm) and, at VIRTIO_GPA, a virtio disk of eight sectors, each of which is
// full of its number. `ram` is the size of its memory in bytes.
void suite_pages(struct guest *guest, uint64_t gpa, uint64_t ram);

// What the guest wrote to the first port: 0 if all went well; all ones if it never wrote.
uint32_t suite_result(void);

// What it has told: sets `told`, of which the first SUITE_TOLD_MAX are kept, and returns how many
// there were.
#define SUITE_TOLD_MAX 256
unsigned suite_told(const uint32_t **told);

// How a guest ended and what it told, in the log, in the form of test/differences.txt.
void suite_print_end(const char *name, enum vm_status status);

void suite_broken(const struct vmx_capability *cap);   // broken_suite.c
void suite_guests(const struct vmx_capability *cap);   // guests.c
void suite_hostile(const struct vmx_capability *cap);  // hostile.c
void suite_worlds(const struct vmx_capability *cap);   // worlds.c
void suite_edges(const struct vmx_capability *cap);    // edges.c
void suite_x87(const struct vmx_capability *cap);      // x87.c

#endif
