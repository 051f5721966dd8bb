// An event on its way into the guest or out of it: the format that VM-entry interruption
// information (what to inject), VM-exit interruption information (what caused the exit) and
// IDT-vectoring information (what the exit cut short) share.
//
//  31    30         12   11   10  8 7      0
//  +-----+------------+------+-----+--------+
//  |valid|      0     | error| type| vector |   error: an error code goes with it
//  +-----+------------+------+-----+--------+
//
// Source: SDM Vol. 3, "VM-Entry Controls for Event Injection".

#ifndef VMM_VMX_EVENT_H
#define VMM_VMX_EVENT_H

#include <stdbool.h>
#include <stdint.h>

#include "common/pc/x86.h"

#define EVENT_VALID      (1u << 31)
#define EVENT_ERROR_CODE (1u << 11)
#define EVENT_RESERVED   0x7FFFF000u
#define EVENT_VECTOR(e)  ((unsigned)((e) >> 0 & 0xFF))
#define EVENT_TYPE(e)    ((enum event_type)((e) >> 8 & 7))

enum event_type {
    EVENT_EXTERNAL_INTERRUPT = 0,
    EVENT_RESERVED_TYPE = 1,
    EVENT_NMI = 2,
    EVENT_HARDWARE_EXCEPTION = 3,
    EVENT_SOFTWARE_INTERRUPT = 4,   // INT n
    EVENT_PRIVILEGED_SOFTWARE = 5,  // INT1
    EVENT_SOFTWARE_EXCEPTION = 6,   // INT3, INTO
    EVENT_OTHER = 7,                // a pending monitor trap flag
};

// Outside real mode these exceptions push an error code. (#CP does too, and no guest has CET.)
// Source: SDM Vol. 3, "VM-Entry Controls for Event Injection".
static inline bool vector_has_error_code(unsigned vector)
{
    return vector == EXCEPTION_DF || (vector >= EXCEPTION_TS && vector <= EXCEPTION_PF) ||
           vector == EXCEPTION_AC;
}

#endif
