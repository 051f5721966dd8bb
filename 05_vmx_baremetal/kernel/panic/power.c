// Switching the machine off: see power.h.

#include "kernel/panic/power.h"

#include "kernel/cpu.h"

// PCI configuration access by address and data port (PCI Local Bus Specification, "Software
// Generation of Configuration Transactions").
#define PCI_ADDRESS 0xCF8
#define PCI_DATA    0xCFC

// Intel 82371AB (PIIX4) data sheet, "Power Management".
#define PIIX4_PM     0x80000B00  // bus 0, device 1, function 3, as PCI_ADDRESS takes it
#define PIIX4_PM_ID  0x71138086
#define PIIX4_PMBASE 0x40  // bits 15:6: the first of its I/O ports
#define PMBASE_MASK  0xFFC0
#define PM1_CONTROL  4           // from there
#define PM1_SLEEP    (1u << 13)  // go to sleep; type 0, bits 12:10, is S5, soft off

static uint32_t pci_read(uint32_t address)
{
    out32(PCI_ADDRESS, address);
    return in32(PCI_DATA);
}

void power_off(void)
{
    uint32_t base;

    if (pci_read(PIIX4_PM) != PIIX4_PM_ID)
        return;  // the port means anything elsewhere
    base = pci_read(PIIX4_PM + PIIX4_PMBASE) & PMBASE_MASK;
    out16((uint16_t)(base + PM1_CONTROL), PM1_SLEEP);
    for (;;)
        hlt();
}
