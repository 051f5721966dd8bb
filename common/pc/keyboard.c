// The reset wire of keyboard.h.

#include "common/pc/keyboard.h"

#define STATUS_INPUT_FULL (1u << 1)  // the controller is busy: it takes no command yet

// The data port is an empty bus. So is the status, but for one bit: the controller is never busy.
//
// Drivers that look for a controller first empty its output; here it never gets empty, so they
// decide within a few reads that no controller is there, instead of waiting out their timeouts on
// one that never answers. Whoever wants the reset only waits for "not busy", and gets that at once.
// Linux (i8042_flush, kb_wait) and SeaBIOS both behave like this.
uint8_t keyboard_read(uint16_t port)
{
    return port == KEYBOARD_COMMAND ? 0xFF & ~STATUS_INPUT_FULL : 0xFF;
}

// Commands 0xF0 to 0xFF pulse those output pins low whose bit is 0 in them; 0xFE pulses the reset
// pin alone.
bool keyboard_write(uint16_t port, uint8_t value)
{
    return port == KEYBOARD_COMMAND && (value & 0xF1) == 0xF0;
}
