// Ports of the machine: see host.h.

#include "vmm/guests/host.h"

#include "kernel/cpu.h"

uint32_t host_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)size;
    return in8(port);
}

void host_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)size;
    out8(port, (uint8_t)value);
}
