// The stacks. Below each lies a page that paging leaves unmapped: running over the end of a stack
// is then a page fault, and not the silent end of whatever lies below.

#ifndef KERNEL_STACK_H
#define KERNEL_STACK_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/memory/page.h"

// An exception whose handler cannot trust the current stack gets one of its own, through the
// interrupt stack table (IST) of the TSS: the double fault that an overflow ends in, and the two
// that arrive at any time, also between two instructions that switch stacks.
enum stack_name {
    STACK_MAIN,
    STACK_DOUBLE_FAULT,   // IST 1
    STACK_NMI,            // IST 2
    STACK_MACHINE_CHECK,  // IST 3
    STACK_COUNT,
};

struct __attribute__((aligned(PAGE_SIZE))) stack {
    uint8_t guard[PAGE_SIZE];
    uint8_t bytes[4 * PAGE_SIZE];
};

extern struct stack stacks[STACK_COUNT];

// Are the `size` bytes at `address` on one of the stacks?
bool stack_holds(uint64_t address, uint64_t size);

// The name of the stack whose guard page, or lowest byte, `address` is: it has overflowed. Else
// NULL.
const char *stack_overflowed(uint64_t address);

#endif
