// The CMOS RAM and real-time clock: 128 bytes behind an index and a data port. The firmware finds
// here what time it is and how much memory the machine has. The clock has three interrupts on one
// line, IRQ 8: periodic, alarm, and one each second.
//
// It is a state machine without a clock of its own: the time comes from now(), and who owns it
// looks at the line after each access, and when cmos_next() says.
//
// Taught in book/02_bios. Used by stages 02 to 04 under KVM; 05 has the clock of its machine.
// Source: MC146818A data sheet, "Address Map", "Interrupts", "Update Cycle"; the RAM size bytes are
// the PC's own convention, as SeaBIOS reads them.

#ifndef COMMON_PC_CMOS_H
#define COMMON_PC_CMOS_H

#include <stdbool.h>
#include <stdint.h>

#define CMOS_PORT_INDEX 0x70  // write: which byte (bits 6:0); bit 7 masks the NMI
#define CMOS_PORT_DATA  0x71  // read, write: that byte
#define CMOS_BYTES      128
#define CMOS_IRQ        8

struct cmos {
    uint8_t index;
    uint8_t bytes[CMOS_BYTES];
    uint64_t (*now)(void);  // the host's time in microseconds since 1970, UTC
    uint64_t latched;       // the time that the clock registers show, in seconds: see cmos_in
    uint64_t seen;          // events up to this time are in register C, in microseconds
};

// A CMOS after power-on in a machine with `low_ram` bytes of RAM below 4 GiB and `high_ram` above.
// Without `now` it has RAM and no clock: the caller then never lets an access to one through.
void cmos_reset(struct cmos *cmos, uint64_t (*now)(void), uint64_t low_ram, uint64_t high_ram);

// The level of IRQ 8 now. A read of register C lowers it.
bool cmos_interrupt(struct cmos *cmos);

// When to look at the line again, if nothing is accessed before: a time of now(), or UINT64_MAX.
uint64_t cmos_next(const struct cmos *cmos);

// For a port map: `device` is the struct cmos.
uint32_t cmos_in(void *device, uint16_t offset, unsigned size);
void cmos_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
