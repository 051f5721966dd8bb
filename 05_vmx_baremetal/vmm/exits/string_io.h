// INS and OUTS: IN and OUT with memory in the place of RAX, repeated as RCX says.

#ifndef VMM_EXITS_STRING_IO_H
#define VMM_EXITS_STRING_IO_H

#include <stdbool.h>

#include "vmm/vcpu/vcpu.h"

// One access to the port, decoded from the exit qualification.
struct io_access {
    uint16_t port;
    unsigned size;  // bytes: 1, 2, 4
    bool in, string, repeat;
};

// Carries out an INS or OUTS; `io_transfer` of io.h does what happens at the port. An
// instruction that repeats does so in portions, and is entered again for the next, so that
// interrupts wait no longer than on a CPU, which takes them between two elements.
enum resume string_io(struct vcpu *vcpu, const struct io_access *access);

#endif
