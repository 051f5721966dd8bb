// A terminal: bytes in, text out. It understands the control characters and, of the sequences that
// begin with an escape (ECMA-48, "Control functions"), those that guests really send: movements of
// the cursor, erasing, colours. All others it knows the end of, and leaves out.

#ifndef KERNEL_SCREEN_TERMINAL_H
#define KERNEL_SCREEN_TERMINAL_H

#include "kernel/screen/text.h"

#define TERMINAL_PARAMETERS 8

struct terminal {
    struct text text;
    enum {
        TERMINAL_TEXT,
        TERMINAL_ESCAPE,   // behind ESC
        TERMINAL_CONTROL,  // behind ESC [: parameters, then a letter
        TERMINAL_PRIVATE,  // the same, but what it says isn't for us
        TERMINAL_STRING,   // behind ESC ] and the like: a title, up to BEL or ESC
    } state;
    unsigned parameters[TERMINAL_PARAMETERS];  // numbers; 0 is none
    unsigned count;                            // which one is being read; there may be too many
    unsigned saved_row, saved_column;          // of the cursor
};

// An empty screen, with the cursor in it.
void terminal_reset(struct terminal *terminal, unsigned columns, unsigned rows);

void terminal_put(struct terminal *terminal, uint8_t byte);

#endif
