// The port to which SeaBIOS prints its log. What a byte written there means is its owner's affair;
// this is the answer to the question whether the port is there.
//
// Taught in book/02_bios. Used by stage 02 under KVM and by 05 on bare metal.

#ifndef COMMON_PC_DEBUG_CONSOLE_H
#define COMMON_PC_DEBUG_CONSOLE_H

#include <stdint.h>

#define DEBUG_CONSOLE 0x402

// For a port map; there is no device. SeaBIOS asks once, three lines into its log, and prints no
// more unless the answer is 0xE9.
uint32_t debug_console_in(void *device, uint16_t offset, unsigned size);

#endif
