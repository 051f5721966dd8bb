// How each VMM of this project ends. Tests and scripts rely on these numbers.

#ifndef COMMON_KVM_STATUS_H
#define COMMON_KVM_STATUS_H

enum vm_status {
    VM_POWERED_OFF = 0,  // the guest is done: powered off, or stage 01's HLT
    VM_BAD_USAGE = 2,    // bad usage or input; nothing was started
    VM_RESET = 3,        // the guest asked for a reset
    VM_CRASHED = 4,      // the guest crashed: triple fault, unhandled exit
    VM_KVM_REFUSED = 5,  // the host's KVM refused
};

#endif
