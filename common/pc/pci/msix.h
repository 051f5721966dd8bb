// MSI-X: a function interrupts by writing a message of 32 bits to an address, both of which the
// driver chose. Each reason has a message of its own, so that nobody has to ask why it came. No
// line is shared, none has to be lowered, and there is nothing to acknowledge at the device.
//
//      table, 16 bytes each   address, its upper half, data, control (bit 0: masked)
//      pending bits           messages that a mask holds back
//
// Source: PCI Local Bus Specification 3.0, "MSI-X Capability and Table Structures".

#ifndef COMMON_PC_PCI_MSIX_H
#define COMMON_PC_PCI_MSIX_H

#include "common/pc/pci/bus.h"

#define MSIX_VECTORS 3  // of every function here

// The memory behind a BAR of these bytes.
#define MSIX_SIZE    0x1000u
#define MSIX_PENDING 0x800u  // the table is before it

struct msix_message {
    uint64_t address;
    uint32_t data, control;
};

struct msix {
    struct pci_function *function;
    uint8_t capability;  // where it is
    struct msix_message table[MSIX_VECTORS];
    uint32_t pending;  // a bit each
};

// Gives `function` the capability, with the table behind its BAR `bar`.
void msix_create(struct msix *msix, struct pci_function *function, unsigned bar);

// Has the driver switched it on?
bool msix_enabled(const struct msix *msix);

// The guest reads or writes the table or the pending bits: an aligned 4 or 8 bytes. Anything else
// reads as 0, and writes nothing.
uint64_t msix_read(const struct msix *msix, uint64_t offset, unsigned size);
void msix_write(struct msix *msix, uint64_t offset, unsigned size, uint64_t value);

// Takes a message that nothing holds back any more. Returns false if there is none.
bool msix_take(struct msix *msix, struct msix_message *message);

#endif
