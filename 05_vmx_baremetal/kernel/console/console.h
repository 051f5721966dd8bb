// The console: COM1, the screen and the keyboard, as far as the machine has them, shared by two
// writers. The hypervisor speaks through kprintf, and every line of its own begins with "[05] ";
// the guest's bytes go through console_putc and are left as they are. When one writer interrupts
// the other in the middle of a line, a line feed keeps the two apart.

#ifndef KERNEL_CONSOLE_H
#define KERNEL_CONSOLE_H

#include <stdarg.h>
#include <stdbool.h>

#include "boot/info.h"

// Looks for COM1 where it should be and sets it to 115200 baud, 8 data bits, no parity, 1 stop bit;
// empties the screen that the firmware has left. Before this nothing may print. Returns the names
// of what was found.
const char *console_init(const struct boot_info *boot);

// Does the console take a byte at once?
bool console_ready(void);

// Waits until all of it has left.
void console_flush(void);

// One byte of the guest's output, unchanged. Waits until the console is ready.
void console_putc(char c);

// From now on each byte that is typed raises an interrupt: IRQ 4 on COM1, IRQ 1 at the keyboard. (A
// COM1 at an unusual place may have another line: its bytes wait for the next interrupt of any.)
void console_listen(void);

// Looks what has been typed on the keyboard. To be called after an interrupt of the machine, any of
// them: a key that comes while the one before hasn't been taken yet waits for the next.
void console_keys(void);

// A byte that was typed, or -1 if there is none. Does not wait.
int console_getc(void);

// The hypervisor's own output, with the conversions of kernel/console/format.h (%d %u %x %lx %s %c
// ...). Returns the number of characters that the format produced, without the marks.
__attribute__((format(printf, 1, 2))) int kprintf(const char *format, ...);

// The same with the arguments in a list, as vprintf is to printf.
__attribute__((format(printf, 1, 0))) int kvprintf(const char *format, va_list args);

#endif
