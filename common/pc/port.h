// A machine's port map: which device answers which I/O port. One table per machine, each row with a
// name, so that what the guest touches can be counted and reported by name.
//
// Taught in book/02_bios. Used by stages 02 to 04 under KVM and by 05 on bare metal.

#ifndef COMMON_PC_PORT_H
#define COMMON_PC_PORT_H

#include <stddef.h>
#include <stdint.h>

// A range of ports and the device behind it. Like a device on a bus it isn't told where it is: it
// gets the offset from the first port. `size` is the width of the access: 1, 2 or 4 bytes, and
// never more than `width`.
struct port_range {
    uint16_t first, last;  // both included
    const char *name;
    uint32_t (*in)(void *device, uint16_t offset, unsigned size);  // NULL: reads as all ones
    void (*out)(void *device, uint16_t offset, unsigned size, uint32_t value);  // NULL: ignored
    void *device;
    unsigned width;  // of its widest register in bytes; left out: 1
};

// The row of `map` (of `count` rows) that claims `port`, or NULL.
const struct port_range *port_find(const struct port_range *map, size_t count, uint16_t port);

// One access of `size` bytes. What is wider than the device, or runs over its end, reaches it in
// halves, the lower port first, as a PC's bus splits it; there is no port behind 0xFFFF. A port
// that nobody claims reads as all ones, as an empty bus does, and ignores writes. The value of
// port_in is already cut to `size`.
uint32_t port_in(const struct port_range *map, size_t count, uint16_t port, unsigned size);
void port_out(const struct port_range *map, size_t count, uint16_t port, unsigned size,
              uint32_t value);

#endif
