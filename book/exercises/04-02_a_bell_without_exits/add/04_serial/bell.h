// A bell: the guest writes a byte to a port, which is a ring, and each ring is answered by an
// interrupt. A read of four bytes tells how often it rang.

#ifndef BELL_H
#define BELL_H

#include <stdint.h>

#define BELL_PORT 0x510  // 4 bytes
#define BELL_IRQ  5      // an edge for each answer

struct bell {
    int vm_fd;
    uint32_t rings;
};

// Puts it into the machine.
void bell_open(struct bell *bell, int vm_fd);

// For a port map, four bytes wide: `device` is a struct bell.
uint32_t bell_in(void *device, uint16_t offset, unsigned size);
void bell_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
