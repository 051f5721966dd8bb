// The port by which chip sets since the 1990s reset the machine, in the midst of those of the PCI
// bus.
//
// Taught in book/02_bios. Used by stage 02 under KVM and by 05 on bare metal.

#ifndef COMMON_PC_RESET_H
#define COMMON_PC_RESET_H

#include <stdint.h>

#define RESET_CONTROL 0xCF9

// Where a PC has its PCI bus. Who looks for it writes 32 bits to the first of these ports, and the
// second byte of them is no reset. Source: PCI Local Bus Specification, "Software Generation of
// Configuration Transactions".
#define PCI_FIRST 0xCF8
#define PCI_LAST  0xCFF

// For a port map: the reset control. `device` is a bool, which becomes true when the guest asks for
// a reset.
void reset_control_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
