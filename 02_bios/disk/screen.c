// The screen and the keyboard of screen.h.

#include "screen.h"

#include <poll.h>
#include <string.h>
#include <unistd.h>

#include "common/host/terminal.h"
#include "disk/screen_bin.h"

enum { DATA, STATUS };  // the ports, as offsets from SCREEN_PORT_DATA

_Static_assert(sizeof(screen_bin) == SCREEN_ROM_SIZE, "screen.asm fills its blocks");

void screen_connect(struct screen *screen, const char *until)
{
    uint8_t sum = 0;

    *screen = (struct screen){.output = {.fd = STDOUT_FILENO, .until = until}};
    memcpy(screen->rom, screen_bin, SCREEN_ROM_SIZE);
    for (unsigned i = 0; i < SCREEN_ROM_SIZE; i++)
        sum += screen->rom[i];
    screen->rom[SCREEN_ROM_SIZE - 1] = (uint8_t)-sum;  // an option ROM adds up to 0
    terminal_keys_only();
}

// Fetches a key if one is waiting. Called each time that the guest looks.
static bool key_poll(struct screen *screen)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

    if (screen->has_key || screen->input_ended || poll(&in, 1, 0) <= 0)
        return screen->has_key;
    screen->has_key = read(STDIN_FILENO, &screen->key, 1) == 1;
    screen->input_ended = !screen->has_key;  // the end of a file or pipe
    return screen->has_key;
}

uint32_t screen_in(void *device, uint16_t offset, unsigned size)
{
    struct screen *screen = device;

    (void)size;
    if (offset == STATUS)
        return key_poll(screen) ? 1u | (uint32_t)screen->key << 8 : 0;
    screen->has_key = false;
    return screen->key;
}

void screen_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct screen *screen = device;

    if (offset == DATA)
        output_write(&screen->output, &value, size);
}
