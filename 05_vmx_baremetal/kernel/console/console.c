// The console of console.h: whose line is it?

#include "kernel/console/console.h"

#include "kernel/console/format.h"
#include "kernel/console/i8042.h"
#include "kernel/console/keys.h"
#include "kernel/console/uart.h"
#include "kernel/screen/screen.h"

static enum { NOBODY, GUEST, HYPERVISOR } line_owner;  // of the line that has begun but not ended

static unsigned short com1 = COM1;  // its first port
static struct keys keys;

// The screen is drawn while the byte is on the line.
static void send(char c)
{
    com_write(com1, c);
    screen_put(c);
}

// What only the screen gets: COM1 may have a file at its other end.
static void control(const char *sequence)
{
    while (*sequence)
        screen_put(*sequence++);
}

// The start of a line of ours, which can be read whatever a guest has left the screen in: half a
// sequence, black on black, a full page of text.
static void mark(void)
{
    control("\033[m\033[K");
    for (const char *text = "[05] "; *text; text++)
        send(*text);
}

// A byte from `writer`, with a line feed before it if the line is the other one's.
static void put(int writer, char c)
{
    if (line_owner != NOBODY && (int)line_owner != writer) {
        control("\033[m");
        send('\r');
        send('\n');
        line_owner = NOBODY;
    }
    if (line_owner == NOBODY && writer == HYPERVISOR)
        mark();
    send(c);
    line_owner = c == '\n' ? NOBODY : writer;
}

// A terminal moves down for \n, and to the left only for \r.
static void put_own(char c)
{
    if (c == '\n')
        put(HYPERVISOR, '\r');
    put(HYPERVISOR, c);
}

const char *console_init(const struct boot_info *boot)
{
    static const char *const names[2][2] = {{"nothing", "the screen"},
                                            {"COM1", "COM1 and the screen"}};
    bool found;

    com1 = (unsigned short)boot->com1;
    found = com_init(com1);
    return names[found][screen_init(&boot->screen)];
}

bool console_ready(void)
{
    return com_ready(com1);
}

void console_flush(void)
{
    com_flush(com1);
}

void console_putc(char c)
{
    put(GUEST, c);
}

void console_listen(void)
{
    com_listen(com1);
    if (!i8042_listen())
        kprintf("no keyboard controller: what you type arrives by COM1 only\n");
}

void console_keys(void)
{
    int code;

    while (!keys_wait(&keys) && (code = i8042_read()) >= 0)
        keys_code(&keys, (uint8_t)code);
}

int console_getc(void)
{
    int c = com_read(com1);

    return c < 0 ? keys_next(&keys) : c;
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
