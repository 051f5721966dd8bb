// IN and OUT of the guest, through the guest's table of ports.

#ifndef VMM_EXIT_IO_H
#define VMM_EXIT_IO_H

#include "vmm/vcpu.h"

// After an exit with REASON_IO: does what the instruction asks.
enum resume exit_io(struct vcpu *vcpu);

// RAX after an IN of `size` bytes of `value`: AL and AX keep the rest of the register, EAX clears
// the upper half, as every write to a 32-bit register does.
static inline uint64_t io_merge(uint64_t rax, uint32_t value, unsigned size)
{
    switch (size) {
    case 1: return (rax & ~0xFFull) | (value & 0xFF);
    case 2: return (rax & ~0xFFFFull) | (value & 0xFFFF);
    default: return value;
    }
}

#endif
