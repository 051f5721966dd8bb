// Of the PC's keyboard controller, the 8042, only the wire that resets the machine: nobody types on
// a keyboard here, but many systems reboot through this chip.
//
// Source: the 8042's command 0xFE, "pulse output port", whose bit 0 is the CPU's reset pin on a
// PC/AT.

#ifndef COMMON_PC_KEYBOARD_H
#define COMMON_PC_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

#define KEYBOARD_DATA    0x60  // read: bytes from the keyboard; write: bytes to it
#define KEYBOARD_COMMAND 0x64  // read: status; write: command

// The command that pulses the reset pin.
#define KEYBOARD_RESET 0xFE

// What the guest reads at `port`.
uint8_t keyboard_read(uint16_t port);

// The guest writes `value` to `port`. Returns true if that asks for a reset.
bool keyboard_write(uint16_t port, uint8_t value);

#endif
