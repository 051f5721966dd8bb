// The screen and the keyboard of screen.h.

#include "screen.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "screen_bin.h"

_Static_assert(sizeof(screen_bin) == SCREEN_ROM_SIZE, "screen.asm fills its blocks");

static struct termios saved_terminal;

static void terminal_restore(void)
{
    tcsetattr(STDIN_FILENO, TCSANOW, &saved_terminal);
}

// Keys one by one and without echo. Ctrl-C keeps its meaning.
static void terminal_set_up(void)
{
    struct termios keys;

    if (tcgetattr(STDIN_FILENO, &saved_terminal) < 0)
        return;  // not a terminal: a pipe or a file, which need no settings
    keys = saved_terminal;
    keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    keys.c_iflag &= ~(tcflag_t)ICRNL;  // Enter is 13 on a PC
    atexit(terminal_restore);
    tcsetattr(STDIN_FILENO, TCSANOW, &keys);
}

void screen_connect(struct screen *screen, const char *until)
{
    uint8_t sum = 0;

    *screen = (struct screen){.output = {.fd = STDOUT_FILENO, .until = until}};
    memcpy(screen->rom, screen_bin, SCREEN_ROM_SIZE);
    for (unsigned i = 0; i < SCREEN_ROM_SIZE; i++)
        sum += screen->rom[i];
    screen->rom[SCREEN_ROM_SIZE - 1] = (uint8_t)-sum;  // an option ROM adds up to 0
    terminal_set_up();
}

// Fetches a key if one is waiting. Called each time that the guest looks.
static bool key_poll(struct screen *screen)
{
    struct pollfd in = {.fd = STDIN_FILENO, .events = POLLIN};

    if (screen->has_key || screen->input_ended || poll(&in, 1, 0) <= 0)
        return screen->has_key;
    screen->has_key = read(STDIN_FILENO, &screen->key, 1) == 1;
    screen->input_ended = !screen->has_key;  // the end of a file or pipe, or a closed descriptor
    return screen->has_key;
}

uint32_t screen_in(void *device, uint16_t port, unsigned size)
{
    struct screen *screen = device;

    (void)size;
    if (port == SCREEN_PORT_STATUS)
        return key_poll(screen) ? 1u | (uint32_t)screen->key << 8 : 0;
    screen->has_key = false;
    return screen->key;
}

void screen_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct screen *screen = device;

    if (port == SCREEN_PORT_DATA)
        output_write(&screen->output, &value, size);
}
