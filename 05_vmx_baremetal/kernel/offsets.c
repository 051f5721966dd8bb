// The numbers that the kernel's assembly shares with C; becomes build/kernel/offsets.inc.

#include "kernel/offsets.h"
#include "kernel/stack.h"
#include "kernel/trap/descriptor.h"
#include "kernel/trap/trap.h"

void offsets(void);

void offsets(void)
{
    VALUE(SELECTOR_CODE, SELECTOR_CODE);
    VALUE(SELECTOR_DATA, SELECTOR_DATA);
    VALUE(STACK_SIZE, sizeof(struct stack));
    VALUE(VECTOR_COUNT, VECTOR_COUNT);
    VALUE(TRAP_STUB_SIZE, TRAP_STUB_SIZE);
}
