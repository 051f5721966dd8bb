// Exceptions and interrupts, from the processor's stub to C.

#ifndef KERNEL_TRAP_H
#define KERNEL_TRAP_H

#include <stdint.h>

// What trap.asm leaves on the stack. From `error` on it is what the processor pushes by itself (SDM
// Vol. 3, "64-Bit Mode Stack Frame"), with a 0 where the exception has no error code.
struct trap_frame {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi, rbp;
    uint64_t r8, r9, r10, r11, r12, r13, r14, r15;
    uint64_t vector;
    uint64_t error;
    uint64_t rip, cs, rflags, rsp, ss;
};

#define VECTOR_COUNT 256

// The 256 entry points, TRAP_STUB_SIZE bytes each.
#define TRAP_STUB_SIZE 16
extern const uint8_t trap_stubs[];

// Called by the stubs. Nothing that the hypervisor does raises an exception, so each is the end of
// it: prints what happened, the registers and a backtrace, and ends with VM_PANIC.
__attribute__((noreturn)) void trap_handle(const struct trap_frame *frame);

#endif
