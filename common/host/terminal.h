// The user's terminal, lent to the guest: every key goes to it, Ctrl-C included, but for one,
// Ctrl-A. However the program ends, the terminal gets back the settings that it had.
//
// Taught in book/04_serial. Used by stage 02's screen as well, which leaves Ctrl-C alone.

#ifndef COMMON_HOST_TERMINAL_H
#define COMMON_HOST_TERMINAL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Switches the terminal on standard input to raw mode; does nothing if standard input is something
// else. Call it when set-up has succeeded: until then Ctrl-C works, and messages look right.
void terminal_raw(void);

// Of that only this: keys count as they are pressed, and without an echo. Ctrl-C keeps its meaning.
void terminal_keys_only(void);

// Is somebody at a terminal, which terminal_raw() has switched?
bool terminal_is_raw(void);

// Brings back the settings from before terminal_raw(). Happens by itself on exit(), on signals that
// end the program, and when it crashes.
void terminal_restore(void);

// What the user may want besides typing.
enum terminal_command {
    TERMINAL_NOTHING,
    TERMINAL_QUIT,  // Ctrl-A x
};

struct terminal_keys {
    bool escaped;  // the last key was Ctrl-A
};

// Takes the Ctrl-A sequences out of the `*count` bytes typed, and returns the last command in them;
// Ctrl-A h, which prints what the user can do, is done here.
// After TERMINAL_QUIT nothing counts any more. Input that isn't a terminal passes as it is.
enum terminal_command terminal_keys(struct terminal_keys *keys, uint8_t *bytes, size_t *count);

#endif
