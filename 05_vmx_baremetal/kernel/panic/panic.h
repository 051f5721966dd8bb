// How the machine ends. Every end has a status, which common/lab/vmx-lab/start makes its own exit
// status, so that tests and shells can tell them apart. A machine that ends without one has failed.

#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

// The numbers are those of the virtual machines of stages 01 to 04.
enum machine_status {
    MACHINE_OFF = 0,            // powered off in good order
    MACHINE_PANIC = 1,          // the hypervisor found itself in the wrong
    MACHINE_BAD_INPUT = 2,      // the image or a payload is damaged
    MACHINE_GUEST_RESET = 3,    // the guest asked for a reset
    MACHINE_GUEST_CRASHED = 4,  // the guest stopped in a way that was not its plan
    MACHINE_REFUSED = 5,        // this processor or its firmware does not let us virtualise
};

// Prints "[05] panic: " and the printf-style message with a backtrace, ends with MACHINE_PANIC.
__attribute__((noreturn, format(printf, 1, 2))) void panic(const char *format, ...);

// Reports `status` on the status port (COM2, see panic.c) and switches the machine off.
__attribute__((noreturn)) void machine_end(enum machine_status status);

#endif
