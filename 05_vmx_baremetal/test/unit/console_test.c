// The console: the hypervisor's lines are marked, the guest's are not, and neither tears the
// other's.

#include "common/test/tap.h"
#include "kernel/console/console.h"
#include "kernel/console/uart.h"

static char line[256];  // what COM1 was sent
static size_t length;

// In place of kernel/console/uart.c.
void com_init(unsigned short port)
{
    (void)port;
}

bool com_ready(unsigned short port)
{
    return port == COM1;
}

void com_write(unsigned short port, char c)
{
    if (port != COM1 || length + 1 >= sizeof(line))
        return;
    line[length++] = c;
    line[length] = 0;
}

void com_listen(unsigned short port)
{
    (void)port;
}

int com_read(unsigned short port)
{
    return port == COM1 ? 'k' : -1;
}

static void guest(const char *text)
{
    for (; *text; text++)
        console_putc(*text);
}

static void sent(const char *expected, const char *what)
{
    is_str(line, expected, what);
    length = 0;
    line[0] = 0;
}

int main(void)
{
    console_init();
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
    is_int(console_getc(), 'k', "a typed byte");
    return done_testing();
}
