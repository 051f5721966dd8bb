// The ends of the machine. Its status goes, a digit and a line feed, to COM2: a guest has no
// access to that port, and so it cannot claim a success that was none. common/lab/vmx-lab/start
// reads it there. boot/end.asm does the same for the loader.
// Then the machine is switched off, or somebody has to press the button.

#include "kernel/panic/panic.h"

#include <stdarg.h>

#include "kernel/console/console.h"
#include "kernel/console/uart.h"
#include "kernel/cpu.h"
#include "kernel/panic/backtrace.h"
#include "kernel/panic/power.h"

void host_end(enum vm_status status)
{
    cli();
    com_init(COM2);
    com_write(COM2, (char)('0' + status));
    com_write(COM2, '\n');
    com_flush(COM2);
    console_flush();
    power_off();
    kprintf("it is now safe to switch off the machine\n");
    for (;;)
        hlt();
}

void panic(const char *format, ...)
{
    const uint64_t *frame = __builtin_frame_address(0);  // the caller's RBP, the return address
    va_list args;

    cli();
    kprintf("panic: ");
    va_start(args, format);
    kvprintf(format, args);
    va_end(args);
    kprintf("\n");
    backtrace_print(frame[1] - 1, frame[0]);
    host_end(VM_PANIC);
}
