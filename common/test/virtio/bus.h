// A PCI bus for the tests of virtio, with the device of driver.h in slot 1.

#ifndef COMMON_TEST_VIRTIO_BUS_H
#define COMMON_TEST_VIRTIO_BUS_H

#include "common/pc/port.h"
#include "common/pc/virtio/pci.h"
#include "common/test/virtio/driver.h"

static struct pci_bus bus;
static struct virtio_pci pci;
static uint32_t last;  // what the last message says

static const struct port_range bus_map[] = {
    {PCI_FIRST, PCI_LAST, "PCI", pci_in, pci_out, &bus, .width = 4},
};

// Puts the device on a bus that nobody has touched.
static void power_on_bus(void)
{
    pci_bus_create(&bus);
    virtio_pci_create(&pci, tested, 0);
    bus.slots[1] = &pci.function;
}

static uint32_t config_get(unsigned slot, unsigned at, unsigned size)
{
    port_out(bus_map, 1, PCI_FIRST, 4, 0x80000000 | slot << 11 | (at & 0xFC));
    return port_in(bus_map, 1, 0xCFC + at % 4, size);
}

static void config_set(unsigned slot, unsigned at, unsigned size, uint32_t value)
{
    port_out(bus_map, 1, PCI_FIRST, 4, 0x80000000 | slot << 11 | (at & 0xFC));
    port_out(bus_map, 1, 0xCFC + at % 4, size, value);
}

// Where the capability with this id is; with `type`, virtio's of this kind. 0: there is none.
static unsigned capability(unsigned id, unsigned type)
{
    unsigned at = config_get(1, 0x34, 1), steps = 0;

    while (at && steps++ < 48) {
        if (config_get(1, at, 1) == id && (!type || config_get(1, at + 3, 1) == type))
            return at;
        at = config_get(1, at + 1, 1);
    }
    return 0;
}

// Serves the queues if the doorbell rang, as an owner does.
static void serve_rung(void)
{
    for (unsigned n = 0; n < VIRTIO_QUEUES && pci.rung; n++)
        virtio_notify(tested, n);
    pci.rung = false;
}

// Takes the messages that go out now, and counts them. More than all vectors have ends the test.
static unsigned messages(void)
{
    struct msix_message message;
    unsigned count = 0;

    serve_rung();
    while (virtio_pci_take(&pci, &message)) {
        last = message.data;
        if (++count > MSIX_VECTORS)
            abort();
    }
    return count;
}

static void set_master(bool on)
{
    config_set(1, PCI_COMMAND, 2, 3 | (on ? PCI_COMMAND_MASTER : 0));
    messages();
}

// Switches MSI-X on, with the messages 0x40, 0x41 and 0x42: that of the configuration, and those of
// the queues.
static void connect_messages(void)
{
    for (unsigned n = 0; n < MSIX_VECTORS; n++) {
        msix_write(&pci.msix, n * 16, 8, 0xFEE00000);
        msix_write(&pci.msix, n * 16 + 8, 4, 0x40 + n);
        msix_write(&pci.msix, n * 16 + 12, 4, 0);
    }
    config_set(1, capability(PCI_CAPABILITY_MSIX, 0) + 2, 2, 0x8000);
    virtio_pci_out(&pci, 0x10, 2, 0);
    for (unsigned n = 0; n < VIRTIO_QUEUES; n++) {
        virtio_pci_out(&pci, 0x16, 2, n);
        virtio_pci_out(&pci, 0x1A, 2, n + 1);
    }
}

// Makes the window show `length` bytes of the BAR, and returns where it is.
static unsigned show(unsigned bar, uint32_t offset, uint32_t length)
{
    unsigned at = capability(PCI_CAPABILITY_VENDOR, 5);

    config_set(1, at + 4, 1, bar);
    config_set(1, at + 8, 4, offset);
    config_set(1, at + 12, 4, length);
    return at + 16;
}

// Any access at all: to the ports, there or through the window, to the configuration space, to the
// MSI-X table. What a function is stays what it is, and there are never more messages than vectors.
__attribute__((unused)) static void step_bus(uint8_t what, uint8_t where, uint16_t value)
{
    unsigned size = 1u << (what >> 2 & 3);

    switch (what & 3) {
    case 0:
        if (what & 0x80)
            config_set(1, show(what >> 6 & 1, where, size & 7), size & 7 ? size : 4, value);
        else
            virtio_pci_out(&pci, where, size, value);
        break;
    case 1:
        if (what & 0x80)
            config_get(1, show(what >> 6 & 1, where, size) + (value & 3 & -size),
                       size & 7 ? size : 4);
        else
            virtio_pci_in(&pci, where, size);
        break;
    case 2:
        if (what & 0x40)
            port_out(bus_map, 1, PCI_FIRST + where % 8, size & 7 ? size : 4, value * 0x8001u);
        else
            config_set(1, where, size & 7 ? size : 4, value * (what & 0x10 ? 0x10001u : 1u));
        break;
    case 3:
        msix_write(&pci.msix, where * 8u + (what >> 4), size, value * 0x100010001ull);
        msix_read(&pci.msix, value % (2 * MSIX_SIZE), size);
        break;
    }
    messages();
    if (config_get(1, 0, 4) != (0x10401AF4u + (tested->kind->id << 16)) || config_get(1, 0x18, 4))
        abort();
}

#endif
