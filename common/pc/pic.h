// The two 8259A interrupt controllers of a PC, as a state machine: levels of 16 lines go in, the
// level of INTR and, when the CPU acknowledges it, a vector come out. It knows no hypervisor, no
// thread and no clock; the same object serves stage 05, the unit tests and the fuzzer.
//
//      IRQ 0,1,3-7 -> first chip (data sheet: master) -> INTR: pic_pending
//                       ^ input 2                        INTA: pic_acknowledge -> vector
//      IRQ 8-15    -> second chip (slave)
//
// The rules for owners:
//  - A request lives as long as its line is high. A device that wants an edge raises its line and
//    keeps it up; one that drops it before the CPU acknowledges has withdrawn the request. This is
//    the data sheet's rule, "Edge and Level Triggered Modes". To send a second edge: low, high.
//  - After *every* call here that isn't const, INTR may have changed: look at pic_pending again.
//  - Acknowledge only right before the vector goes into the guest: it cannot be taken back.
//
// Taught in book/05_vmx_baremetal. Source: Intel 8259A data sheet; for the two ELCR ports, Intel
// 82371SB (PIIX3) data sheet, "Edge/Level Triggered Register".

#ifndef COMMON_PC_PIC_H
#define COMMON_PC_PIC_H

#include <stdbool.h>
#include <stdint.h>

// Each chip has a command and a data port.
#define PIC_PORT_FIRST_COMMAND  0x20
#define PIC_PORT_FIRST_DATA     0x21
#define PIC_PORT_SECOND_COMMAND 0xA0
#define PIC_PORT_SECOND_DATA    0xA1

// Edge or level, one bit for each line: not of the 8259A itself, but of the chip set around it.
#define PIC_PORT_FIRST_ELCR  0x4D0
#define PIC_PORT_SECOND_ELCR 0x4D1

#define PIC_LINES   16
#define PIC_CASCADE 2  // the input of the first chip where the second is; no device has it

#define PIC_NO_LEVEL 8  // no input at all

// Which byte the data port expects: initialization words in order, or the mask.
enum pic_expects { PIC_EXPECTS_OCW1, PIC_EXPECTS_ICW2, PIC_EXPECTS_ICW3, PIC_EXPECTS_ICW4 };

// One 8259A. Bit n of a byte is input n. The request register (IRR) is a function of the first
// three: see irr() in pic.c.
struct pic_chip {
    bool is_first;  // its pin SP/EN: tied high on the first chip, low on the second
    uint8_t lines;  // the inputs
    uint8_t edges;  // those that went up since they were last acknowledged, and are up
    uint8_t elcr;   // level-triggered inputs
    uint8_t isr, imr;
    uint8_t base;  // the vector of input 0
    uint8_t icw3;  // first chip: inputs with a chip behind, none if single; second: its own number
    uint8_t lowest;  // the input with the lowest priority; the next one has the highest
    enum pic_expects expects;
    bool single, wants_icw4;              // ICW1: no cascade, no ICW3; there will be an ICW4
    bool auto_eoi, fully_nested_special;  // ICW4
    bool rotate_auto_eoi;                 // OCW2
    bool special_mask, poll, read_isr;    // OCW3
    unsigned next;  // the input for which its pin INT is up, or PIC_NO_LEVEL: see settle() in pic.c
};

struct pic {
    struct pic_chip first, second;
    struct io_apic *io_apic;  // which has the same wires, or NULL
};

// The state after power-on. The data sheet leaves it open; here all lines are low, edge-triggered
// and masked, the vectors begin at 0, and no initialization is under way.
void pic_reset(struct pic *pic);

// For a port map: the two ports of a chip. `device` is pic.first or pic.second. The chips have
// eight data pins: the bus splits wider accesses.
uint32_t pic_in(void *device, uint16_t offset, unsigned size);
void pic_out(void *device, uint16_t offset, unsigned size, uint32_t value);

// The two ports for edge or level. `device` is the struct pic.
uint32_t pic_elcr_in(void *device, uint16_t offset, unsigned size);
void pic_elcr_out(void *device, uint16_t offset, unsigned size, uint32_t value);

// The level of line `irq`, 0 to 15. PIC_CASCADE and anything above 15 are ignored: no such wire.
void pic_set_line(struct pic *pic, unsigned irq, bool level);

// The line goes down, if it is up, and up: for who is told when there is an interrupt, and not when
// there is none any more.
void pic_pulse(struct pic *pic, unsigned irq);

// The level of INTR: a function of the state, nothing else. Inline, for every entry asks.
static inline bool pic_pending(const struct pic *pic)
{
    return pic->first.next != PIC_NO_LEVEL;
}

// The CPU's interrupt-acknowledge cycle. Returns the vector. If the request is gone already, that
// is input 7 of the chip that was asked, with no bit in service: the spurious IRQ 7 or 15.
uint8_t pic_acknowledge(struct pic *pic);

#endif
