// Who called whom. Everything is compiled with frame pointers: RBP points to the caller's RBP, and
// the address to return to is above it. start.asm begins the chain with 0.

#ifndef KERNEL_PANIC_BACKTRACE_H
#define KERNEL_PANIC_BACKTRACE_H

#include <stddef.h>
#include <stdint.h>

// From now on lines have names, out of a table as symbol.h has it, which has to stay there.
void backtrace_names(const char *text, size_t size);

// Prints the line of `address`, which is where it happened, and one line for each caller, from the
// frame that RBP pointed to. Stops at anything that is not a frame on one of our stacks.
void backtrace_print(uint64_t address, uint64_t frame);

#endif
