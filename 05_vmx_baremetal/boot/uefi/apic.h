// The interrupt controller inside the CPU, as the firmware leaves it.

#ifndef BOOT_UEFI_APIC_H
#define BOOT_UEFI_APIC_H

// Lets through what the 8259s send, and NMIs, and nothing else: no timer that the firmware has left
// running, and no message of an I/O APIC. To be called with interrupts off, when boot services,
// whose timer it may be, have ended.
void apic_quiet(void);

#endif
