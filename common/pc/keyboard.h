// The PC's keyboard controller, the 8042, and a keyboard on which nobody types: systems look for
// both, open the A20 gate by the controller, and reset the machine through it.
//
// It has one port, for the keyboard. Every command is done when the write returns. It never
// interrupts: IRQ 1 means a key.
//
// Source: IBM Personal Computer AT Technical Reference, "Keyboard Controller" and "Keyboard".

#ifndef COMMON_PC_KEYBOARD_H
#define COMMON_PC_KEYBOARD_H

#include <stdbool.h>
#include <stdint.h>

#define KEYBOARD_DATA    0x60  // read: the byte that waits; write: to the keyboard, or a parameter
#define KEYBOARD_COMMAND 0x64  // read: status; write: command

// The command that pulses the reset pin.
#define KEYBOARD_RESET 0xFE

struct keyboard {
    uint8_t status;
    uint8_t output[3];  // waits to be read, the first `count`; then the last one is read again
    unsigned count;
    uint8_t command_byte;
    uint8_t output_port;   // A20 is only remembered: that address line is always on here
    uint8_t parameter_of;  // the command whose parameter the data port expects, or 0
    bool option;           // the keyboard expects the second byte of a command
    bool *reset;           // the wire: becomes true when the guest asks for a reset
};

// The controller as firmware leaves it, with its reset pin at `reset`.
void keyboard_reset(struct keyboard *keyboard, bool *reset);

// For a port map: the ports from KEYBOARD_DATA to KEYBOARD_COMMAND. `device` is the struct
// keyboard. The ports between the two are others', or nobody's.
uint32_t keyboard_in(void *device, uint16_t offset, unsigned size);
void keyboard_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
