// Random bytes to a frame buffer of a random size, which ends where its memory does: nothing is
// written outside. Slower than console_fuzz.c, which draws nothing.

#include <stdlib.h>

#include "kernel/screen/screen.h"

#define LARGE 6  // times 255 pixels: dots of 2 x 2 pixels

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct boot_screen screen = {.kind = SCREEN_BGR};
    void *pixels;

    if (size < 3)
        return 0;
    screen.width = data[0];
    screen.height = data[1];
    if (data[2] == 0) {
        screen.width *= LARGE;
        screen.height *= LARGE;
    }
    screen.pitch = (screen.width + data[2] % 3) * 4;  // some pixels of a row may not be seen
    pixels = malloc(screen_size(&screen));
    screen.base = (uint64_t)pixels;
    if (screen_init(&screen))
        for (size_t i = 3; i < size; i++)
            screen_put((char)data[i]);
    free(pixels);
    return 0;
}
