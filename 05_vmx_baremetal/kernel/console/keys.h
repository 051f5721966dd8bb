// A keyboard: scan codes in, and what a terminal sends for them out. Set 1, which is what a PC's
// keyboard controller translates all others to, and the layout of the United States.

#ifndef KERNEL_CONSOLE_KEYS_H
#define KERNEL_CONSOLE_KEYS_H

#include <stdbool.h>
#include <stdint.h>

struct keys {
    bool shifts[2], controls[2];  // held down: left, right
    bool capitals;                // the lock
    bool extended;                // the code before was E0h: the next one means another key
    unsigned skip;                // codes of a key that is left out
    const char *text;             // what is still to be taken, up to a zero; NULL is nothing
    char letter[2];               // where that is, if it is one character
};

// A scan code: a key is pressed, or let go. What hasn't been taken of the key before is lost.
void keys_code(struct keys *keys, uint8_t code);

// Has it sent anything that is still to be taken?
static inline bool keys_wait(const struct keys *keys)
{
    return keys->text && *keys->text;
}

// The next character, or -1.
static inline int keys_next(struct keys *keys)
{
    return keys_wait(keys) ? (unsigned char)*keys->text++ : -1;
}

#endif
