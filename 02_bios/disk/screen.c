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

// So long may the rest of a sequence take behind its escape: then that was the key Esc.
#define SEQUENCE_MS 20

static bool input_waits(int ms)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&in, 1, ms) > 0;
}

// Reads one byte more, if one comes within `ms`.
static bool input_read(struct screen *screen, int ms)
{
    if (screen->input_ended || screen->count == KEYS_SEQUENCE || !input_waits(ms))
        return false;
    screen->input_ended = read(STDIN_FILENO, &screen->input[screen->count], 1) != 1;
    if (!screen->input_ended)
        screen->count++;
    return !screen->input_ended;  // else the end of a file or pipe
}

// The key that waits, or 0. Called each time that the guest looks.
static uint16_t key_poll(struct screen *screen)
{
    size_t used = 0;
    bool last = false;

    while (!screen->key && (screen->count || input_read(screen, 0))) {
        screen->key = keys_translate(screen->input, screen->count, last, &used);
        screen->count -= used;
        memmove(screen->input, screen->input + used, screen->count);
        last = !used && !input_read(screen, SEQUENCE_MS);
    }
    return screen->key;
}

uint32_t screen_in(void *device, uint16_t offset, unsigned size)
{
    struct screen *screen = device;
    uint16_t key = key_poll(screen);

    (void)size;
    if (offset == DATA)
        screen->key = 0;
    return key;
}

void screen_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct screen *screen = device;

    if (offset == DATA)
        output_write(&screen->output, &value, size);
}
