// Reads a picture of the screen: a PPM file, as QEMU's "screendump" writes it, of a frame buffer
// with letters of our font. Prints its lines; a cell that shows no letter is a question mark in
// brackets.
//
// usage: screen_text FILE

#include <stdio.h>

#include "common/host/file.h"
#include "kernel/screen/font.h"
#include "kernel/screen/frame.h"

#define PIXEL_BYTES 3

static struct frame frame;
static const uint8_t *pixels;

static bool is_lit(unsigned x, unsigned y)
{
    const uint8_t *pixel = pixels + ((size_t)y * frame.screen.width + x) * PIXEL_BYTES;

    return pixel[0] | pixel[1] | pixel[2];
}

static bool shows(unsigned row, unsigned column, uint8_t c, bool turned)
{
    for (unsigned y = 0; y < FONT_HEIGHT * frame.scale; y++)
        for (unsigned x = 0; x < FONT_WIDTH * frame.scale; x++)
            if (is_lit(column * FONT_WIDTH * frame.scale + x,
                       row * FONT_HEIGHT * frame.scale + y) !=
                (font_dot(c, y / frame.scale, x / frame.scale) != turned))
                return false;
    return true;
}

static void cell_print(unsigned row, unsigned column)
{
    for (uint8_t c = ' '; c < 0x7F; c++)
        if (shows(row, column, c, false) || shows(row, column, c, true)) {
            putchar(c);
            return;
        }
    fputs("[?]", stdout);
}

int main(int argc, char **argv)
{
    struct boot_screen screen = {.kind = SCREEN_RGB};
    struct file file;
    unsigned deepest;
    int header = 0;

    if (argc != 2)
        bad_usage("usage: %s FILE", argv[0]);
    file = file_read(argv[1], "a PPM file", 1, 1u << 30);
    if (sscanf((const char *)file.data, "P6 %u %u %u%n", &screen.width, &screen.height, &deepest,
               &header) != 3 ||
        file.size != (size_t)header + 1 + (size_t)screen.width * screen.height * PIXEL_BYTES)
        bad_usage("%s: expected a PPM file of the kind P6", argv[1]);
    pixels = file.data + header + 1;
    frame_init(&frame, &screen);
    for (unsigned row = 0; row < frame.rows; row++) {
        for (unsigned column = 0; column < frame.columns; column++)
            cell_print(row, column);
        putchar('\n');
    }
    return 0;
}
