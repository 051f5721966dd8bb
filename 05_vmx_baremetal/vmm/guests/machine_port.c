// Ports of the machine: see machine_port.h.

#include "vmm/guests/machine_port.h"

#include "kernel/cpu.h"

uint32_t machine_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)size;
    return in8(port);
}

void machine_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)size;
    out8(port, (uint8_t)value);
}
