// The guest "bios": a PC with the SeaBIOS of 02_bios, that file and no other.

#ifndef VMM_GUESTS_BIOS_H
#define VMM_GUESTS_BIOS_H

#include "vmm/guests/guest.h"

// Makes it out of the payload "bios". It ends when SeaBIOS has found nothing to boot from.
void bios_create(struct guest *guest);

#endif
