// How a PC reports the errors of its x87 while CR0.NE is 0: by IRQ 13, since the coprocessor of the
// first PCs was a chip of its own.
//
//   x87 -> FERR# -> latch -> IRQ 13 of the 8259s -> INTR
//    ^               |
//    +--- IGNNE# <---+--- a write to port F0h: the line falls, and errors are ignored until the
//                         error that raised it has been cleared
//
// Source: SDM Vol. 1, appendix "Guidelines for Writing x87 FPU Exception Handlers".

#ifndef VMM_GUESTS_DEVICES_COPROCESSOR_H
#define VMM_GUESTS_DEVICES_COPROCESSOR_H

#include <stdbool.h>
#include <stdint.h>

#include "common/pc/pic.h"

#define COPROCESSOR_PORT 0xF0
#define COPROCESSOR_IRQ  13

struct coprocessor {
    struct pic *pic;
    bool error;    // FERR#: an error has been reported
    bool ignored;  // IGNNE#
    uint64_t rip;  // where coprocessor_watch() has ended
};

// For a port map: port F0h. `device` is the struct coprocessor.
void coprocessor_out(void *device, uint16_t offset, unsigned size, uint32_t value);

// The guest's CR0 is `cr0` from now on: by NE, #MF is an exit or the guest's own.
void coprocessor_mode(uint64_t cr0);

// While on, the guest's next instruction for the x87 is an exit, by #NM, so that none clears the
// error unseen. CR0.TS does that; the guest finds in it what it has put there.
void coprocessor_watch(bool on);
bool coprocessor_is_watched(void);

#endif
