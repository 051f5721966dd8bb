// Standard input on its way to the guest, whatever it is: a terminal, a pipe, a file, /dev/null, or
// closed.
//
// Back-pressure: a byte is read only when the guest can take it. What it can't take yet stays where
// it is, in a pipe or in the terminal, and whoever writes there waits. So a pasted text of any
// length arrives whole. At a terminal a little is read ahead all the same: a guest that hangs never
// has room, and whoever types Ctrl-A then wants to be heard.
//
// Taught in book/04_serial.

#ifndef COMMON_HOST_INPUT_H
#define COMMON_HOST_INPUT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/host/terminal.h"

#define INPUT_AHEAD 4096  // bytes that are read ahead, at most; nobody types more

struct input {
    int wake_fd;   // an eventfd: input_wake() makes it readable
    int timer_fd;  // a timerfd: time does
    bool ended;    // end of file: there will never be more
    struct terminal_keys keys;
    uint8_t ahead[INPUT_AHEAD];  // for the guest, once it has room
    size_t ahead_count;
};

// Prepares for input_wait. Failures end the program with VM_REFUSED.
void input_open(struct input *input);

// Waits for up to `*count` bytes for the guest (none, if it has no room), or for input_wake() or
// input_wake_in(), but no longer than 50 ms. Stores what was read in `bytes` and its length in
// `*count`. Returns what the user asks for besides.
enum terminal_command input_wait(struct input *input, uint8_t *bytes, size_t *count);

// Ends an input_wait() in another thread, or the next one.
void input_wake(struct input *input);

// The same in `ns` nanoseconds, below a second, or if that is 0, not any more. One time is kept,
// the last.
void input_wake_in(struct input *input, long ns);

#endif
