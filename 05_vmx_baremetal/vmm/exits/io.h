// IN and OUT of the guest, through the guest's table of ports.

#ifndef VMM_EXITS_IO_H
#define VMM_EXITS_IO_H

#include "vmm/exits/string_io.h"
#include "vmm/vcpu/vcpu.h"

// After an exit with REASON_IO: does what the instruction asks.
enum resume exit_io(struct vcpu *vcpu);

// One access to a port: `value` goes out, or what comes in is written there. RESUME_STOP, behind a
// report unless a device has ended the guest, or RESUME_NEXT.
enum resume io_transfer(struct vcpu *vcpu, const struct io_access *access, uint32_t *value);

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
