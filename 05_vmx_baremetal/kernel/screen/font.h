// The font of the frame buffer: ASCII, drawn for this book.

#ifndef KERNEL_SCREEN_FONT_H
#define KERNEL_SCREEN_FONT_H

#include <stdbool.h>
#include <stdint.h>

#define FONT_WIDTH  8
#define FONT_HEIGHT 16

// Is there a dot in this row and column of the letter? What isn't ASCII looks like a question mark.
bool font_dot(uint8_t c, unsigned row, unsigned column);

#endif
