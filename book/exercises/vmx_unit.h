// What the checks of stage 05's exercises add to unit.h: numbers of 64 bits, and what the stage's
// files want from the rest of it. Included by one file of a program.

#ifndef VMX_UNIT_H
#define VMX_UNIT_H

#include "unit.h"

#include "kernel/panic/panic.h"

// For %llx, which uint64_t is not everywhere.
#define HEX(n) ((unsigned long long)(n))

// A number from `first` to `last`, both included.
UNIT_UNUSED static uint64_t random_from(uint64_t first, uint64_t last)
{
    uint64_t high = unit_random(1u << 31), low = unit_random(1u << 31);

    return first + (high << 32 ^ low << 3 ^ unit_random(8)) % (last - first + 1);
}

UNIT_UNUSED static bool random_bool(void)
{
    return unit_random(2);
}

// Stubs come here.
void panic(const char *format, ...)
{
    puts(format);
    exit(1);
}

#endif
