// The guest "hello": the ROM of 01_hello, as KVM runs it there: real mode, CS with base 0, IP 0.

#include "kernel/console/console.h"
#include "vmm/guests/guest.h"

#define HELLO_MEMORY   4096  // bytes at GPA 0: the ROM, and nothing else
#define HELLO_TRANSMIT 0x01  // what the guest writes here appears on the console

static void transmit(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    console_putc((char)value);
}

void hello_create(struct guest *guest)
{
    static const struct port_range ports[] = {
        {HELLO_TRANSMIT, HELLO_TRANSMIT, "transmit", NULL, transmit, NULL},
    };

    guest_load_flat(guest, "hello", HELLO_MEMORY);
    guest->ports = ports;
    guest->port_count = sizeof(ports) / sizeof(ports[0]);
    guest->start = guest_state_real(0, 0, 0);
}
