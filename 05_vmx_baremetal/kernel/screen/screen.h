// The screen in front of the machine: text of a VGA, or a frame buffer.

#ifndef KERNEL_SCREEN_SCREEN_H
#define KERNEL_SCREEN_SCREEN_H

#include <stdbool.h>

#include "boot/info.h"

// Begins with an empty screen. False, and nothing will ever be seen, if there is none.
bool screen_init(const struct boot_screen *screen);

// Shows a byte, or does what it means: see terminal.h.
void screen_put(char c);

#endif
