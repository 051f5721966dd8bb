// The answer of debug_console.h.

#include "common/pc/debug_console.h"

#define PRESENT 0xE9

uint32_t debug_console_in(void *device, uint16_t offset, unsigned size)
{
    (void)device, (void)offset, (void)size;
    return PRESENT;
}
