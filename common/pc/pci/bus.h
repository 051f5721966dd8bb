// A PCI bus: up to 32 functions that say themselves what they are, in 256 bytes of configuration
// space each. A driver reads them through two registers of 32 bits, as in PCs since the nineties:
//
//      0CF8h  address   31: on   23:16 bus   15:11 slot   10:8 function   7:2 register
//      0CFCh  data      those four bytes; 0CFDh to 0CFFh are the upper three of them
//
// Which bits of the space a driver can change is part of its description, and most of what a
// function does follows from it: a base address (BAR) tells its size by the bits that can't be
// changed.
//
// Addresses are there at power-on, as if firmware had given them. A driver that writes others finds
// them in the BAR, but nothing behind them: our bridge lets each function's first addresses through
// and no others.
//
// Source: PCI Local Bus Specification 3.0, "Configuration Space", "Software Generation of
// Configuration Transactions".

#ifndef COMMON_PC_PCI_BUS_H
#define COMMON_PC_PCI_BUS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/pc/reset.h"  // has the ports: PCI_FIRST to PCI_LAST

// The addresses that the bridge lets through: ports, and memory in the gap below 4 GiB. The ACPI
// tables say so.
#define PCI_PORT        0xC000u
#define PCI_PORT_LAST   0xCFFFu
#define PCI_MEMORY      0xD0000000u
#define PCI_MEMORY_LAST 0xD00FFFFFu

#define PCI_SLOTS 32
#define PCI_BARS  2

// Offsets in the configuration space, and bits there.
#define PCI_COMMAND        0x04
#define PCI_COMMAND_PORTS  (1u << 0)  // the BARs of ports answer,
#define PCI_COMMAND_MEMORY (1u << 1)  // those of memory do,
#define PCI_COMMAND_MASTER (1u << 2)  // and the function may reach for RAM by itself
#define PCI_BAR0           0x10
#define PCI_BAR_PORTS      (1u << 0)

#define PCI_CAPABILITY_VENDOR 0x09
#define PCI_CAPABILITY_MSIX   0x11

struct pci_function {
    uint8_t config[256];
    uint8_t writable[256];    // bits that a driver can change
    uint32_t bars[PCI_BARS];  // what these registers hold while they are as we made them
    uint8_t last, end;        // the last capability, and where the next one goes
    uint8_t window;           // a register that shows something else, see below
    void (*look)(void *owner, bool write);
    void *owner;
};

struct pci_bus {
    uint32_t address;
    struct pci_function *slots[PCI_SLOTS];  // NULL: empty
    struct pci_function bridge;             // between the CPU and the bus, in slot 0
};

// A bus with its bridge, without which Linux doesn't believe that there is a bus.
void pci_bus_create(struct pci_bus *bus);

// A function without BARs and capabilities. `class` has three bytes: class, subclass, interface.
void pci_function_create(struct pci_function *function, uint16_t vendor, uint16_t device,
                         uint32_t class);

// Behind BAR `n` are `size` bytes of memory, or ports, at `address`, which answer until a driver
// says otherwise. The size is a power of two, and the address a multiple of it.
void pci_function_add_bar(struct pci_function *function, unsigned n, uint32_t address,
                          uint32_t size, bool ports);

// A capability with `size` bytes behind its two of id and link. Returns where it is. There must be
// room: 192 bytes for all.
uint8_t pci_function_add_capability(struct pci_function *function, uint8_t id, const void *body,
                                    unsigned size);

// The register `at` becomes a window, which a driver can write: `look` fills its four bytes in
// `config` before they are read, and takes them after they were written. There is one at most.
void pci_function_add_window(struct pci_function *function, uint8_t at,
                             void (*look)(void *owner, bool write), void *owner);

// Does it wait for its driver? So says its status, whether or not it has a line to tell of it.
void pci_function_set_interrupt(struct pci_function *function, bool on);

// May it reach for RAM by itself? A message is such a write, too.
bool pci_function_is_master(const struct pci_function *function);

// Does BAR `n` answer? It is switched on, and where we put it.
bool pci_function_decodes(const struct pci_function *function, unsigned n);

// For a port map: PCI_FIRST to PCI_LAST, four bytes wide. `device` is a struct pci_bus.
uint32_t pci_in(void *device, uint16_t offset, unsigned size);
void pci_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
