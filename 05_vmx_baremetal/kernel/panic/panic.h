// How the machine ends. Every end has a status, which common/lab/vmx-lab/start makes its own exit
// status, so that tests and shells can tell them apart. A machine that ends without one has failed.

#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

#include "common/status.h"

// Prints "[05] panic: " and the printf-style message with a backtrace, ends with VM_PANIC.
__attribute__((noreturn, format(printf, 1, 2))) void panic(const char *format, ...);

// Reports `status` on the status port (COM2, see panic.c) and switches the machine off.
__attribute__((noreturn)) void host_end(enum vm_status status);

#endif
