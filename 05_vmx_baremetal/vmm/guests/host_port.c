// Ports of the machine: see host.h.

#include "vmm/guests/host.h"

#include "kernel/cpu.h"

uint32_t host_in(void *device, uint16_t offset, unsigned size)
{
    (void)size;
    return in8((uint16_t)((uintptr_t)device + offset));
}

void host_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    (void)size;
    out8((uint16_t)((uintptr_t)device + offset), (uint8_t)value);
}
