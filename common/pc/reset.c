// The reset control of reset.h.

#include "common/pc/reset.h"

#include <stdbool.h>

#define RESET_CPU (1u << 2)

void reset_control_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    bool *reset = device;

    (void)offset, (void)size;
    if (value & RESET_CPU)
        *reset = true;
}
