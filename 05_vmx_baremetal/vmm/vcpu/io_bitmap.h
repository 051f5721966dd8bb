// Which ports the guest reads and writes without an exit.

#ifndef VMM_VCPU_IO_BITMAP_H
#define VMM_VCPU_IO_BITMAP_H

#include <stddef.h>
#include <stdint.h>

#include "common/pc/port.h"

#define IO_BITMAP_SIZE 8192  // bytes: two pages, a bit for each of 65,536 ports

// Fills `bitmap`: every port exits, except those that the table of `count` rows gives to the guest
// straight from the machine, by machine_in() and machine_out(). Source: SDM Vol. 3, "I/O-Bitmap
// Addresses".
void io_bitmap_fill(uint8_t *bitmap, const struct port_range *ports, size_t count);

#endif
