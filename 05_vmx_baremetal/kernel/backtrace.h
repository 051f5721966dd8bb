// Who called whom. Everything is compiled with frame pointers: RBP points to the caller's RBP, and
// the address to return to is above it. start.asm begins the chain with 0.

#ifndef KERNEL_BACKTRACE_H
#define KERNEL_BACKTRACE_H

#include <stdint.h>

// Prints the line of `address`, which is where it happened, and one line for each caller, from the
// frame that RBP pointed to. Stops at anything that is not a frame on one of our stacks.
void backtrace_print(uint64_t address, uint64_t frame);

#endif
