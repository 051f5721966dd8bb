// The CMOS RAM and real-time clock: 128 bytes behind an index and a data port. The firmware finds
// here what time it is and how much memory the machine has.
//
// Taught in book/02_bios. Used by stages 02 to 04 under KVM and by 05 on bare metal.
// Source: MC146818A data sheet, "Address Map"; the RAM size bytes are the PC's own convention, as
// SeaBIOS reads them.

#ifndef COMMON_PC_CMOS_H
#define COMMON_PC_CMOS_H

#include <stdint.h>

#define CMOS_PORT_INDEX 0x70  // write: which byte (bits 6:0); bit 7 masks the NMI
#define CMOS_PORT_DATA  0x71  // read, write: that byte
#define CMOS_BYTES      128

struct cmos {
    uint8_t index;
    uint8_t bytes[CMOS_BYTES];
    uint64_t (*now)(void);  // the host's time in seconds since 1970, UTC
    uint64_t latched;       // the time that the clock registers show: see cmos_in
};

// A CMOS after power-on in a machine with `low_ram` bytes of RAM below 4 GiB and `high_ram` above.
void cmos_reset(struct cmos *cmos, uint64_t (*now)(void), uint64_t low_ram, uint64_t high_ram);

// For a port map: `device` is the struct cmos.
uint32_t cmos_in(void *device, uint16_t offset, unsigned size);
void cmos_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
