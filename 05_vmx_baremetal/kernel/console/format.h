// A small printf. Conversions: %d %i %u %x %X %p %c %s %%, with the flags - and 0, a width and, for
// %s, a precision (both may be *), and the lengths l, ll and z. What it does not know it prints as
// it stands, so that a mistake is seen.

#ifndef KERNEL_CONSOLE_FORMAT_H
#define KERNEL_CONSOLE_FORMAT_H

#include <stdarg.h>

// Calls `put` with each character. Returns how many there were.
__attribute__((format(printf, 2, 0))) int format_text(void (*put)(char c), const char *format,
                                                      va_list args);

#endif
