// The guests: see guest.h.

#include "vmm/guests/guest.h"

#include <string.h>

#include "kernel/console.h"
#include "kernel/panic.h"
#include "kernel/payload.h"
#include "vmm/guests/bios.h"
#include "vmm/guests/linux.h"
#include "vmm/memory/memory.h"

#define HELLO_MEMORY   4096  // bytes at GPA 0: the ROM, and nothing else
#define HELLO_TRANSMIT 0x01  // what the guest writes here appears on the console

static void transmit(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    console_putc((char)value);
}

// The ROM of 01_hello, as KVM runs it there: real mode, CS with base 0, IP 0.
static void hello_create(struct guest *guest)
{
    static const struct port_range ports[] = {
        {HELLO_TRANSMIT, HELLO_TRANSMIT, "transmit", NULL, transmit, NULL},
    };

    guest_load_flat(guest, "hello", HELLO_MEMORY);
    guest->ports = ports;
    guest->port_count = sizeof(ports) / sizeof(ports[0]);
    guest->start = guest_state_real(0, 0, 0);
}

static const struct {
    const char *name;
    void (*create)(struct guest *guest);
} kinds[] = {
    {"hello", hello_create},
    {"bios", bios_create},
    {"linux", linux_create},
};

void guest_create(struct guest *guest, const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].name, name) == 0) {
            *guest = (struct guest){.name = kinds[i].name};
            ept_create(&guest->ept);
            kinds[i].create(guest);
            return;
        }
    kprintf("there is no guest \"%s\"\n", name);
    machine_end(MACHINE_BAD_INPUT);
}

void guest_destroy(struct guest *guest)
{
    memory_destroy(&guest->ept);
}

void guest_end(struct guest *guest, enum machine_status status)
{
    guest->ended = true;
    guest->status = status;
}

void guest_load_flat(struct guest *guest, const char *payload, uint64_t size)
{
    struct payload file = payload_get(payload);

    if (file.size > size) {
        kprintf("%s: %lu bytes, but the guest has %lu\n", payload, file.size, size);
        machine_end(MACHINE_BAD_INPUT);
    }
    memory_add(&guest->ept, 0, size);
    memcpy(memory_at(&guest->ept, 0, file.size), file.data, file.size);
}
