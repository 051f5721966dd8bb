// The PCI bus of bus.h.

#include "common/pc/pci/bus.h"

#include <stddef.h>
#include <string.h>

// More offsets of the configuration space.
#define VENDOR       0x00
#define DEVICE       0x02
#define STATUS       0x06
#define REVISION     0x08
#define CLASS        0x09
#define SUBSYSTEM    0x2C
#define CAPABILITIES 0x34
#define LINE         0x3C  // a byte in which firmware and kernel leave each other a note
#define OWN          0x40  // what the specification leaves to the function begins here

// The bridge, by the number of a model that only leads to a bus.
#define BRIDGE_VENDOR 0x1B36
#define BRIDGE_DEVICE 0x0008
#define BRIDGE_CLASS  0x060000

#define STATUS_INTERRUPT    (1u << 3)
#define STATUS_CAPABILITIES (1u << 4)

#define DATA 4  // the offset of 0CFCh from 0CF8h

// The address.
#define ADDRESS_ON (1u << 31)
#define BUS        0xFF0000u
#define SLOT       0x00F800u
#define FUNCTION   0x000700u
#define REGISTER   0x0000FCu

static void put(uint8_t *bytes, uint32_t value, unsigned size)
{
    for (unsigned i = 0; i < size; i++)
        bytes[i] = (uint8_t)(value >> 8 * i);
}

static uint32_t get(const uint8_t *bytes, unsigned size)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)bytes[i] << 8 * i;
    return value;
}

void pci_function_create(struct pci_function *function, uint16_t vendor, uint16_t device,
                         uint32_t class)
{
    *function = (struct pci_function){.end = OWN};
    put(function->config + VENDOR, vendor, 2);
    put(function->config + DEVICE, device, 2);
    put(function->config + SUBSYSTEM, vendor | (uint32_t)device << 16, 4);
    put(function->config + REVISION, 1, 1);
    put(function->config + CLASS, class, 3);
    put(function->writable + PCI_COMMAND,
        PCI_COMMAND_PORTS | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER, 2);
    put(function->writable + LINE, 0xFF, 1);
}

void pci_function_add_bar(struct pci_function *function, unsigned n, uint32_t address,
                          uint32_t size, bool ports)
{
    function->bars[n] = address | (ports ? PCI_BAR_PORTS : 0);
    put(function->config + PCI_BAR0 + 4 * n, function->bars[n], 4);
    put(function->writable + PCI_BAR0 + 4 * n, ~(size - 1), 4);
    function->config[PCI_COMMAND] |= ports ? PCI_COMMAND_PORTS : PCI_COMMAND_MEMORY;
}

uint8_t pci_function_add_capability(struct pci_function *function, uint8_t id, const void *body,
                                    unsigned size)
{
    uint8_t at = function->end;

    function->config[function->last ? function->last + 1 : CAPABILITIES] = at;
    function->config[STATUS] |= STATUS_CAPABILITIES;
    function->config[at] = id;
    memcpy(function->config + at + 2, body, size);
    function->last = at;
    function->end = (uint8_t)(at + ((2 + size + 3) & ~3u));
    return at;
}

void pci_function_add_window(struct pci_function *function, uint8_t at,
                             void (*look)(void *owner, bool write), void *owner)
{
    function->window = at;
    function->look = look;
    function->owner = owner;
    put(function->writable + at, UINT32_MAX, 4);
}

void pci_function_set_interrupt(struct pci_function *function, bool on)
{
    function->config[STATUS] &= (uint8_t)~STATUS_INTERRUPT;
    function->config[STATUS] |= on ? STATUS_INTERRUPT : 0;
}

static bool allows(const struct pci_function *function, uint32_t bit)
{
    return get(function->config + PCI_COMMAND, 2) & bit;
}

bool pci_function_is_master(const struct pci_function *function)
{
    return allows(function, PCI_COMMAND_MASTER);
}

bool pci_function_decodes(const struct pci_function *function, unsigned n)
{
    bool ports = function->bars[n] & PCI_BAR_PORTS;

    return allows(function, ports ? PCI_COMMAND_PORTS : PCI_COMMAND_MEMORY) &&
           get(function->config + PCI_BAR0 + 4 * n, 4) == function->bars[n];
}

void pci_bus_create(struct pci_bus *bus)
{
    *bus = (struct pci_bus){.address = 0};
    pci_function_create(&bus->bridge, BRIDGE_VENDOR, BRIDGE_DEVICE, BRIDGE_CLASS);
    bus->slots[0] = &bus->bridge;
}

// Whom the address means. There is one bus, and no function has others beside it in its slot.
static struct pci_function *addressed(const struct pci_bus *bus)
{
    bool other = bus->address & (BUS | FUNCTION);

    return (bus->address & ADDRESS_ON) && !other ? bus->slots[bus->address >> 11 & 31] : NULL;
}

static bool is_window(const struct pci_bus *bus, const struct pci_function *function)
{
    return function->look && (bus->address & REGISTER) == function->window;
}

// The address register has 32 bits, and doesn't answer to less.
uint32_t pci_in(void *device, uint16_t offset, unsigned size)
{
    const struct pci_bus *bus = device;
    const struct pci_function *function = addressed(bus);

    if (offset == 0 && size == 4)
        return bus->address;
    if (offset < DATA || !function)
        return UINT32_MAX;
    if (is_window(bus, function))
        function->look(function->owner, false);
    return get(function->config + (bus->address & REGISTER) + offset - DATA, size);
}

void pci_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct pci_bus *bus = device;
    struct pci_function *function = addressed(bus);
    unsigned at = (bus->address & REGISTER) + offset - DATA;

    if (offset == 0 && size == 4)
        bus->address = value & (ADDRESS_ON | BUS | SLOT | FUNCTION | REGISTER);
    if (offset < DATA || !function)
        return;
    for (unsigned i = 0; i < size; i++) {
        uint8_t writable = function->writable[at + i];

        function->config[at + i] &= (uint8_t)~writable;
        function->config[at + i] |= (uint8_t)(value >> 8 * i) & writable;
    }
    if (is_window(bus, function))
        function->look(function->owner, true);
}
