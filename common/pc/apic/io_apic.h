// The I/O APIC, as a state machine: from the pins of the devices to messages for the local APIC. On
// a PC the wires of the ISA interrupts go to its first 16 pins as well as to the 8259s, and a
// system masks the one or the other.
//
//   device -> pin n -> entry n: vector, mode, destination -> struct apic -> EOI -> io_apic_end()
//
// Taught in book/05_vmx_baremetal. Source: Intel 82093AA data sheet, "Register Description".

#ifndef COMMON_PC_APIC_IO_APIC_H
#define COMMON_PC_APIC_IO_APIC_H

#include "common/pc/apic/apic.h"

#define IO_APIC_GPA  0xFEC00000u
#define IO_APIC_PINS 24

struct io_apic {
    struct apic *apic;  // whom its messages reach
    uint32_t id;
    uint8_t index;  // of the register behind the window
    uint64_t entry[IO_APIC_PINS];
    uint32_t lines;  // levels of the pins
};

// The state after power-on: every entry is masked.
void io_apic_reset(struct io_apic *io_apic, struct apic *apic);

// Its page. `device` is the struct io_apic. Only accesses of 4 bytes to the index and to the window
// behind it are defined: others read 0 and write nothing.
uint64_t io_apic_read(void *device, uint64_t offset, unsigned size);
void io_apic_write(void *device, uint64_t offset, unsigned size, uint64_t value);

// The level of a pin; of those that there aren't, nothing.
void io_apic_set_line(struct io_apic *io_apic, unsigned pin, bool level);

// A pin goes down, if it is up, and up.
void io_apic_pulse(struct io_apic *io_apic, unsigned pin);

// The local APIC has ended a level-triggered interrupt: see apic.ended.
void io_apic_end(struct io_apic *io_apic, uint8_t vector);

#endif
