// How a guest goes on after an exit, and how it ends. Used by everything that runs guests.

#ifndef COMMON_STATUS_H
#define COMMON_STATUS_H

// What happens after an exit.
enum resume {
    RESUME_NEXT,   // emulated: continue after the instruction
    RESUME_RETRY,  // cause removed: run the instruction again
    RESUME_STOP,   // the guest is done
};

// How each VMM of this project ends. Tests and scripts rely on these numbers.
enum vm_status {
    VM_POWERED_OFF = 0,  // the guest is done: powered off, or stage 01's HLT
    VM_PANIC = 1,        // stage 05: the hypervisor found itself in the wrong
    VM_BAD_USAGE = 2,    // bad usage or input; nothing was started
    VM_RESET = 3,        // the guest asked for a reset
    VM_CRASHED = 4,      // the guest crashed: triple fault, unhandled exit
    VM_REFUSED = 5,      // the host's KVM refused; stage 05: this CPU, or its firmware
};

#endif
