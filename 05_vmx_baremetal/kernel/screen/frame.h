// Letters on a frame buffer.

#ifndef KERNEL_SCREEN_FRAME_H
#define KERNEL_SCREEN_FRAME_H

#include <stdint.h>

#include "boot/info.h"

struct frame {
    struct boot_screen screen;
    unsigned scale;          // pixels for a dot of the font, in either direction
    unsigned columns, rows;  // of letters
};

// Letters as large as they can be with at least 80 columns and 25 rows, so that the screens of
// today can be read too.
void frame_init(struct frame *frame, const struct boot_screen *screen);

// A cell as text.h has it.
void frame_draw(const struct frame *frame, unsigned row, unsigned column, uint16_t cell);

#endif
