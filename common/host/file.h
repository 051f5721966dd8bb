// Input files, checked before anything else starts. Every refusal is one line, `FILE: what is
// wrong, what was expected`, and ends the program with VM_BAD_USAGE. Whoever links this has all
// three standard descriptors open: those that were closed are /dev/null before main() begins.

#ifndef COMMON_HOST_FILE_H
#define COMMON_HOST_FILE_H

#include <stddef.h>
#include <stdint.h>

// A file's bytes, mapped privately and read-only.
struct file {
    const char *path;
    const uint8_t *data;
    size_t size;  // bytes
};

// Reads the regular file at `path`, of `min` to `max` bytes; `what` names its kind in refusals
// ("a BIOS image"). Refuses what is missing, unreadable, not a regular file, or of another size.
struct file file_read(const char *path, const char *what, size_t min, size_t max);

// Prints the printf-style line to stderr, and ends with VM_BAD_USAGE.
__attribute__((noreturn, format(printf, 1, 2))) void bad_usage(const char *format, ...);

#endif
