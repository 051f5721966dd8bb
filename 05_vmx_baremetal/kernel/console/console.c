// The console of console.h: whose line is it?

#include "kernel/console/console.h"

#include "kernel/console/format.h"
#include "kernel/console/uart.h"

static enum { NOBODY, GUEST, HYPERVISOR } line_owner;  // of the line that has begun but not ended

// A byte from `writer`, with a line feed before it if the line is the other one's.
static void put(int writer, char c)
{
    if (line_owner != NOBODY && (int)line_owner != writer) {
        com_write(COM1, '\r');
        com_write(COM1, '\n');
        line_owner = NOBODY;
    }
    if (line_owner == NOBODY && writer == HYPERVISOR)
        for (const char *mark = "[05] "; *mark; mark++)
            com_write(COM1, *mark);
    com_write(COM1, c);
    line_owner = c == '\n' ? NOBODY : writer;
}

// A terminal moves down for \n, and to the left only for \r.
static void put_own(char c)
{
    if (c == '\n')
        put(HYPERVISOR, '\r');
    put(HYPERVISOR, c);
}

void console_init(void)
{
    com_init(COM1);
}

bool console_ready(void)
{
    return com_ready(COM1);
}

void console_putc(char c)
{
    put(GUEST, c);
}

void console_listen(void)
{
    com_listen(COM1);
}

int console_getc(void)
{
    return com_read(COM1);
}

int kvprintf(const char *format, va_list args)
{
    return format_text(put_own, format, args);
}

int kprintf(const char *format, ...)
{
    va_list args;
    int count;

    va_start(args, format);
    count = kvprintf(format, args);
    va_end(args);
    return count;
}
