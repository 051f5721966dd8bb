// What the command lines of stages 02 to 04 have in common. Refusals are those of file.h.
//
// Taught in book/02_bios.

#ifndef COMMON_HOST_OPTIONS_H
#define COMMON_HOST_OPTIONS_H

#include <stdint.h>

// A memory size in bytes: a whole number with K, M, G or T behind it; without, it counts MiB.
// Refuses what is not a number, outside `min` to `max` bytes, or not a multiple of 4 KiB.
uint64_t parse_size(const char *option, const char *text, uint64_t min, uint64_t max);

// How many of `what`: a number from 1 to `max`.
unsigned parse_number(const char *option, const char *text, const char *what, unsigned max);

// A text to wait for. Refuses one that is empty.
const char *parse_text(const char *option, const char *text);

// After getopt_long(): refuses what is left over on the command line.
void parse_end(int argc, char **argv);

#endif
