// The guest's memory as an instruction of the guest reaches it: by linear address, with the rights
// of the code that runs, and with the exceptions that the CPU would raise.

#ifndef VMM_EXITS_GUEST_MEMORY_H
#define VMM_EXITS_GUEST_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/memory/guest_paging.h"
#include "vmm/vcpu/vcpu.h"

#define OPERAND_MAX 4  // bytes of an operand

// How the guest translates right now.
struct guest_paging guest_paging_now(const struct vcpu *vcpu);

// Is the guest in 64-bit code, where addresses have 64 bits and most segments mean nothing?
bool guest_is_64_bit(void);

// The privilege level of the code that runs: 0 to 3.
unsigned guest_cpl(void);

// Finds the `size` bytes of an operand at `linear`, and writes our pointers to them to `bytes`.
// False if the instruction can't go on: `resume` is then what its exit handler returns, behind #PF
// or #AC for the guest, or behind a report where the guest has no memory.
bool guest_memory_reach(struct vcpu *vcpu, uint64_t linear, unsigned size, bool write,
                        uint8_t *bytes[OPERAND_MAX], enum resume *resume);

#endif
