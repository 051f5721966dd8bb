// Of the PC's keyboard controller, the 8042, only the wire that resets the machine: nobody types on
// a keyboard here, but many systems reboot through this chip. Its data port is an empty bus.
//
// Source: the 8042's command 0xFE, "pulse output port", whose bit 0 is the CPU's reset pin on a
// PC/AT.

#ifndef COMMON_PC_KEYBOARD_H
#define COMMON_PC_KEYBOARD_H

#include <stdint.h>

#define KEYBOARD_DATA    0x60  // read: bytes from the keyboard; write: bytes to it
#define KEYBOARD_COMMAND 0x64  // read: status; write: command

// The command that pulses the reset pin.
#define KEYBOARD_RESET 0xFE

// For a port map: the command port. `device` is a bool, which becomes true when the guest asks for
// a reset.
uint32_t keyboard_in(void *device, uint16_t offset, unsigned size);
void keyboard_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
