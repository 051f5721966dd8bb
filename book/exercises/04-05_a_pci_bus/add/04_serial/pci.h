// A PCI bus with what is plugged into it: for the guest, up to 32 cards, each with 256 bytes that
// say what it is and what it wants. Nothing else is here: a card that does something would be
// behind the addresses that the guest gives it.
//
//     out dword 0CF8h: which card, which register
//      31  30     24 23    16 15    11 10     8 7       2 1 0
//     +---+---------+--------+--------+--------+---------+---+
//     | 1 |    0    |  bus   |  slot  |function| register|   |      in, out 0CFCh: its contents
//     +---+---------+--------+--------+--------+---------+---+
//
// Source: PCI Local Bus Specification, "Configuration Space", "Software Generation of Configuration
// Transactions".

#ifndef PCI_H
#define PCI_H

#include <stdbool.h>
#include <stdint.h>

#define PCI_ADDRESS 0xCF8  // 4 bytes
#define PCI_DATA    0xCFC  // 4 bytes, as 1, 2 or 4
#define PCI_LAST    0xCFF

#define PCI_SLOTS 32

// "Configuration Space Header", type 0. Offsets in bytes.
enum pci_register {
    PCI_VENDOR = 0x00,       // 2 bytes; FFFFh: nobody is in this slot
    PCI_DEVICE = 0x02,       // 2 bytes
    PCI_COMMAND = 0x04,      // 2 bytes
    PCI_STATUS = 0x06,       // 2 bytes
    PCI_REVISION = 0x08,     // 1 byte
    PCI_CLASS = 0x09,        // 3 bytes: programming interface, sub-class, class
    PCI_HEADER_TYPE = 0x0E,  // 1 byte; 0: this layout, and only function 0
    PCI_BAR = 0x10,          // 6 base addresses of 4 bytes each
    PCI_LINE = 0x3C,         // 1 byte: the interrupt, for software to remember
};

// COMMAND: what the card may do. The guest can set these and no others.
#define PCI_COMMAND_IO     (1u << 0)  // answer to I/O ports
#define PCI_COMMAND_MEMORY (1u << 1)  // answer to addresses
#define PCI_COMMAND_MASTER (1u << 2)  // write to memory
#define PCI_COMMAND_BITS   (PCI_COMMAND_IO | PCI_COMMAND_MEMORY | PCI_COMMAND_MASTER)

#define PCI_BAR_IO (1u << 0)  // the base address is a port

#define PCI_CLASS_HOST_BRIDGE 0x060000
#define PCI_CLASS_OTHER       0xFF0000

// One card: its registers, and which of their bits the guest may change.
struct pci_card {
    uint8_t registers[256];
    uint8_t writable[256];
};

struct pci {
    uint32_t address;                   // what the guest wrote to PCI_ADDRESS
    struct pci_card *slots[PCI_SLOTS];  // on bus 0; NULL: an empty slot
};

// Makes a card without base addresses. `class` has 24 bits.
void pci_card_init(struct pci_card *card, uint16_t vendor, uint16_t device, uint32_t class);

// Gives it base address `bar`, 0 to 5, for `size` bytes of memory (16 or more) or ports (4 or
// more), a power of two. The guest finds the size by writing ones, and reading which of them stay.
// "Base Addresses".
void pci_card_add_bar(struct pci_card *card, unsigned bar, uint32_t size, bool io);

// For a port map, four bytes wide: `device` is a struct pci.
uint32_t pci_in(void *device, uint16_t offset, unsigned size);
void pci_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
