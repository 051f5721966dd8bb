// Ports that the guest has straight from the machine: the timer, for one, which nobody else uses.

#ifndef VMM_GUESTS_MACHINE_PORT_H
#define VMM_GUESTS_MACHINE_PORT_H

#include <stdint.h>

#define PIT_FIRST 0x40
#define PIT_LAST  0x43
#define PIT_IRQ   0
#define PORT_B    0x61  // gate and output of the timer's channel 2, by which systems calibrate
#define PORT_WAIT 0x80  // nobody there: systems write to it to give a device a microsecond

// For a port map. `device` is MACHINE_PORT(first port). The devices have eight data pins: `size` is
// ignored.
#define MACHINE_PORT(first) ((void *)(uintptr_t)(first))

uint32_t machine_in(void *device, uint16_t offset, unsigned size);
void machine_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
