// The stacks of stack.h, and questions about them.

#include "kernel/stack.h"

struct stack stacks[STACK_COUNT];

static const char *const names[STACK_COUNT] = {"main", "double fault", "NMI", "machine check"};

bool stack_holds(uint64_t address, uint64_t size)
{
    for (enum stack_name name = 0; name < STACK_COUNT; name++) {
        uint64_t start = virt_to_phys(stacks[name].bytes);

        if (address >= start && address + size <= start + sizeof(stacks[name].bytes))
            return true;
    }
    return false;
}

const char *stack_overflowed(uint64_t address)
{
    for (enum stack_name name = 0; name < STACK_COUNT; name++)
        if (address >= virt_to_phys(stacks[name].guard) &&
            address <= virt_to_phys(stacks[name].bytes))
            return names[name];
    return NULL;
}
