// The frame buffer of frame.h (UEFI specification, "Graphics Output Protocol").

#include "kernel/screen/frame.h"

#include "kernel/screen/font.h"

#define COLUMNS_LEAST 80
#define ROWS_LEAST    25

// A colour of a VGA, bits red, green, blue from the left and above them the bright one, as the
// frame buffer has it.
static uint32_t pixel(const struct frame *frame, unsigned colour)
{
    uint32_t low = colour & 8 ? 0x55 : 0, high = low + 0xAA;
    uint32_t red = colour & 4 ? high : low, green = colour & 2 ? high : low;
    uint32_t blue = colour & 1 ? high : low;

    return frame->screen.kind == SCREEN_RGB ? red | green << 8 | blue << 16
                                            : blue | green << 8 | red << 16;
}

void frame_init(struct frame *frame, const struct boot_screen *screen)
{
    unsigned across = screen->width / (COLUMNS_LEAST * FONT_WIDTH);
    unsigned down = screen->height / (ROWS_LEAST * FONT_HEIGHT);
    unsigned scale = across < down ? across : down;

    scale = scale ? scale : 1;
    *frame = (struct frame){
        .screen = *screen,
        .scale = scale,
        .columns = screen->width / (FONT_WIDTH * scale),
        .rows = screen->height / (FONT_HEIGHT * scale),
    };
}

void frame_draw(const struct frame *frame, unsigned row, unsigned column, uint16_t cell)
{
    uint32_t front = pixel(frame, cell >> 8 & 15), back = pixel(frame, cell >> 12);
    unsigned scale = frame->scale;
    uint64_t left = (uint64_t)column * FONT_WIDTH * scale * sizeof(uint32_t);

    for (unsigned y = 0; y < FONT_HEIGHT * scale; y++) {
        uint64_t line = ((uint64_t)row * FONT_HEIGHT * scale + y) * frame->screen.pitch + left;
        volatile uint32_t *to = (volatile uint32_t *)(frame->screen.base + line);

        for (unsigned x = 0; x < FONT_WIDTH; x++) {
            uint32_t dot = font_dot((uint8_t)cell, y / scale, x) ? front : back;

            for (unsigned i = 0; i < scale; i++)
                *to++ = dot;
        }
    }
}
