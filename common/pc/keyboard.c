// The reset wire of keyboard.h.

#include "common/pc/keyboard.h"

#include <stdbool.h>

#define STATUS_INPUT_FULL (1u << 1)  // the controller is busy: it takes no command yet

// The status is that of an empty bus, but for one bit: the controller is never busy.
//
// Drivers that look for a controller first empty its output; here it never gets empty, so they
// decide within a few reads that no controller is there, instead of waiting out their timeouts on
// one that never answers. Whoever wants the reset only waits for "not busy", and gets that at once.
// Linux (i8042_flush, kb_wait) and SeaBIOS both behave like this.
uint32_t keyboard_in(void *device, uint16_t offset, unsigned size)
{
    (void)device, (void)offset, (void)size;
    return 0xFF & ~STATUS_INPUT_FULL;
}

// Commands 0xF0 to 0xFF pulse those output pins low whose bit is 0 in them; 0xFE pulses the reset
// pin alone.
void keyboard_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    bool *reset = device;

    (void)offset, (void)size;
    if ((value & 0xF1) == 0xF0)
        *reset = true;
}
