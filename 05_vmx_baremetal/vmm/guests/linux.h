// The guest "linux": a stock kernel on the PC of 04_serial.

#ifndef VMM_GUESTS_LINUX_H
#define VMM_GUESTS_LINUX_H

#include "vmm/guests/guest.h"

// Makes it out of the payloads "kernel" and "initrd" and the option "cmdline". It ends by poweroff
// or reboot.
void linux_create(struct guest *guest);

#endif
