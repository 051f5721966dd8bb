// A screen and a keyboard for boot sectors: ports that the option ROM in screen.asm uses for INT
// 10h and INT 16h. What is printed goes to standard output, keys come from standard input.

#ifndef SCREEN_H
#define SCREEN_H

#include <stdbool.h>
#include <stdint.h>

#include "common/host/output.h"
#include "keys.h"

// Ports that a PC leaves free, beside the debug console. screen.asm names them as well. A key is
// what INT 16h returns in AX, or 0: none.
#define SCREEN_PORT_DATA   0x404  // write: a character to print; read, 2 bytes: the key, taken
#define SCREEN_PORT_STATUS 0x405  // read, 2 bytes: the key that waits
#define SCREEN_PORT_LAST   0x406

#define SCREEN_ROM_SIZE 512  // bytes

struct screen {
    struct output output;
    uint8_t rom[SCREEN_ROM_SIZE];  // screen.asm with its checksum
    uint8_t input[KEYS_SEQUENCE];  // `count` bytes, the start of a key
    size_t count;
    bool input_ended;  // standard input has no more
    uint16_t key;      // waits to be taken, or 0
};

// A screen that watches for `until` (or NULL). If standard input is a terminal, keys count from now
// on as they are pressed, unechoed; its settings come back when the program ends.
void screen_connect(struct screen *screen, const char *until);

// For a port map. `device` is the struct screen.
uint32_t screen_in(void *device, uint16_t offset, unsigned size);
void screen_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
