// The console: the hypervisor's lines are marked, the guest's are not, and neither tears the
// other's; COM1 and the screen get the same; keys and COM1 are one input.

#include "common/test/tap.h"
#include "kernel/console/console.h"
#include "kernel/console/i8042.h"
#include "kernel/console/uart.h"
#include "kernel/screen/screen.h"

#define COM3 0x3E8

static char line[256];  // what COM1 was sent
static size_t length;
static char seen[256];  // what is on the screen
static size_t seen_length;
static unsigned short com1 = COM1;  // where it is ...
static int typed = -1;              // ... and its next byte
static const uint8_t *codes;        // of keys, up to a zero
static bool controller, listening;  // is there one, and has it been asked to interrupt

// In place of kernel/console/uart.c.
bool com_init(unsigned short port)
{
    return port == com1;
}

bool com_ready(unsigned short port)
{
    return port == com1;
}

void com_write(unsigned short port, char c)
{
    if (port != com1 || length + 1 >= sizeof(line))
        return;
    line[length++] = c;
    line[length] = 0;
}

void com_flush(unsigned short port)
{
    (void)port;
}

void com_listen(unsigned short port)
{
    (void)port;
}

int com_read(unsigned short port)
{
    int c = port == com1 ? typed : -1;

    typed = -1;
    return c;
}

// In place of kernel/screen/screen.c.
bool screen_init(const struct boot_screen *screen)
{
    return screen->kind != SCREEN_NONE;
}

void screen_put(char c)
{
    if (seen_length + 1 >= sizeof(seen))
        return;
    seen[seen_length++] = c;
    seen[seen_length] = 0;
}

// In place of kernel/console/i8042.c.
bool i8042_listen(void)
{
    return listening = controller;
}

int i8042_read(void)
{
    return codes && *codes ? *codes++ : -1;
}

static void guest(const char *text)
{
    for (; *text; text++)
        console_putc(*text);
}

// What the screen got, without what only prepares it for a line of ours.
static const char *seen_text(void)
{
    static char text[sizeof(seen)];
    size_t count = 0;

    for (const char *c = seen; *c; c++)
        if (!strncmp(c, "\033[m", 3) || !strncmp(c, "\033[K", 3))
            c += 2;
        else
            text[count++] = *c;
    text[count] = 0;
    return text;
}

static void sent(const char *expected, const char *what)
{
    is_str(line, expected, what);
    is_str(seen_text(), expected, "on the screen too");
    length = seen_length = 0;
    line[0] = seen[0] = 0;
}

static void test_names(void)
{
    static const struct boot_info none = {.com1 = COM1};
    static const struct boot_info vga = {.com1 = COM1, .screen = {.kind = SCREEN_TEXT}};
    static const struct boot_info elsewhere = {.com1 = COM3, .screen = {.kind = SCREEN_TEXT}};

    is_str(console_init(&none), "COM1", "COM1, and no screen");
    is_str(console_init(&vga), "COM1 and the screen", "both");
    is_str(console_init(&elsewhere), "the screen", "a machine without COM1");
    com1 = COM3;
    is_str(console_init(&elsewhere), "COM1 and the screen", "one that has it elsewhere");
    kprintf("there\n");
    sent("[05] there\r\n", "it is sent there");
    com1 = 0;
    is_str(console_init(&none), "nothing", "without either");
}

static void test_keys(void)
{
    static const uint8_t home[] = {0x1E, 0x9E, 0xE0, 0x48, 0xE0, 0xC8, 0x30, 0};

    console_listen();
    sent("[05] no keyboard controller: what you type arrives by COM1 only\r\n",
         "no keyboard controller: a sentence");
    controller = true;
    console_listen();
    sent("", "one: nothing");
    ok(listening, "but it is to interrupt");
    is_int(console_getc(), -1, "nothing typed");
    typed = 'k';
    is_int(console_getc(), 'k', "a byte on COM1");
    codes = home;
    is_int(console_getc(), -1, "the keyboard is asked after an interrupt only");
    console_keys();
    typed = 'k';
    is_int(console_getc(), 'k', "COM1 first");
    is_int(console_getc(), 'a', "then a key");
    is_int(console_getc(), -1, "one at a time");
    console_keys();
    console_keys();
    is_int(console_getc(), '\033', "an arrow ...");
    is_int(console_getc(), '[', "... is three bytes ...");
    is_int(console_getc(), 'A', "... none of which the next key takes away");
    console_keys();
    is_int(console_getc(), 'b', "and that key isn't lost");
}

int main(void)
{
    guest("Hello\n");
    sent("Hello\n", "the guest's bytes are left as they are");
    kprintf("%d\n", 1);
    sent("[05] 1\r\n", "the hypervisor's line has a mark and a carriage return");
    kprintf("a ... ");
    kprintf("ok\nb\n");
    sent("[05] a ... ok\r\n[05] b\r\n", "one mark a line, however it comes");
    guest("logi");
    kprintf("exit\n");
    guest("n: ");
    sent("logi\r\n[05] exit\r\nn: ", "our line in the middle of the guest's begins on its own");
    guest("\n");
    kprintf("rung ... ");
    guest("Hello\n");
    kprintf("ok\n");
    sent("\n[05] rung ... \r\nHello\n[05] ok\r\n", "the guest's in the middle of ours as well");
    guest("\033]title");
    kprintf("a");
    kprintf("b\n");
    is_str(seen, "\033]title\033[m\r\n\033[m\033[K[05] ab\r\n",
           "what the guest has begun on the screen is over before our line begins");
    sent("\033]title\r\n[05] ab\r\n", "COM1 has what was written");
    test_keys();
    test_names();
    return done_testing();
}
