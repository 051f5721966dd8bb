// Switching the machine off, for the kernel and for the loader that UEFI starts.

#ifndef KERNEL_PANIC_POWER_H
#define KERNEL_PANIC_POWER_H

// Through the power management of the PIIX4, the chip that QEMU's "pc" and Bochs both emulate.
// Returns where that chip is not, on real hardware.
void power_off(void);

#endif
