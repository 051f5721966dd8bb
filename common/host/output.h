// What the guest prints, on its way to a file descriptor, and watched for a text that ends the run:
// every byte at once, so that nothing is lost whatever happens next. Or a line at once, where a
// guest has to leave for each byte and would wait for each write(): then somebody sees to it that
// what is held goes out soon.

#ifndef COMMON_HOST_OUTPUT_H
#define COMMON_HOST_OUTPUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define OUTPUT_HELD 512  // bytes, at most

struct output {
    int fd;             // negative: the bytes are watched, not written
    const char *until;  // NULL: nothing to watch for
    size_t matched;     // how many bytes of `until` the end of the output equals
    bool found;         // the whole of `until` went by
    bool holds;         // until the end of the line
    size_t held;        // bytes in `line`, not written yet
    char line[OUTPUT_HELD];
};

// Makes the file at `path` anew for output; "-" is standard output. `what` names its kind in
// refusals.
int output_open(const char *path, const char *what);

// Writes `size` bytes, and a newline once they complete `until`: the guest's line may be longer. A
// descriptor that takes no more ends the program with VM_BAD_USAGE: nobody would see what the guest
// says.
void output_write(struct output *output, const void *bytes, size_t size);

// Writes what is held. For whoever sets `holds`: a little later, before anything else is printed,
// and at the end.
void output_flush(struct output *output);

// Can output_write() write a byte without waiting for a reader?
bool output_has_room(const struct output *output);

// From now on nobody is waited for: what finds no room is dropped. A write that waits already ends
// with the next signal. May be called in a signal handler.
void output_abandon(void);

// For a port map: what the guest writes to the port is printed. `device` is the struct output.
void output_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
