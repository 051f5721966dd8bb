// The pair of 8259As of pic.h. Both chips are alike; what they do together, over the cascade, is at
// the end. Not modelled, because nothing on a PC can see it: MCS-80 mode, which an x86 CPU doesn't
// speak, and buffered mode, for boards with bus drivers.

#include "common/pc/pic.h"

#include <stddef.h>
#include <string.h>

#include "common/pc/apic/io_apic.h"

enum { COMMAND };  // the first port of a chip; the other one is for data

// Command port, bits 4:3: which of three words is written. ICW1 starts the initialization.
#define COMMAND_ICW1 (1u << 4)
#define COMMAND_OCW3 (1u << 3)

// ICW1. Bit 3, level-triggered inputs, is without effect on a PC: it has the ELCRs instead.
#define ICW1_ICW4   (1u << 0)  // there will be an ICW4
#define ICW1_SINGLE (1u << 1)  // no cascade, and no ICW3

#define ICW2_BASE 0xF8  // the vector, but for the input's number

#define ICW4_AUTO_EOI             (1u << 1)
#define ICW4_FULLY_NESTED_SPECIAL (1u << 4)

// OCW2, bits 7:5. Bits 2:0 are the level of the specific ones.
enum ocw2 {
    OCW2_ROTATE_AUTO_EOI_CLEAR = 0,
    OCW2_EOI = 1,
    OCW2_NOTHING = 2,
    OCW2_EOI_SPECIFIC = 3,
    OCW2_ROTATE_AUTO_EOI_SET = 4,
    OCW2_ROTATE_EOI = 5,
    OCW2_SET_PRIORITY = 6,
    OCW2_ROTATE_EOI_SPECIFIC = 7,
};

// OCW3: bits 0 and 5 count only if the bit above them is set.
#define OCW3_READ_ISR         (1u << 0)  // else the IRR
#define OCW3_READ             (1u << 1)
#define OCW3_POLL             (1u << 2)
#define OCW3_SPECIAL_MASK     (1u << 5)
#define OCW3_SPECIAL_MASK_SET (1u << 6)

#define POLL_REQUEST (1u << 7)  // there is one, in bits 2:0

// The inputs that the chip set can make level-triggered. Timer, keyboard, cascade, clock and
// coprocessor are edge-triggered for good.
#define FIRST_ELCR  0xF8
#define SECOND_ELCR 0xDE

// ---------------------------------------------------------------------------------------------------
// Requests and priorities of one chip.

// An edge counts until it is acknowledged, or the line goes down again: see set_line.
static uint8_t irr(const struct pic_chip *chip)
{
    return chip->edges | (chip->lines & chip->elcr);
}

static bool has(uint8_t bits, unsigned level)
{
    return bits >> level & 1;
}

// The first of `bits` in the order of priority, or PIC_NO_LEVEL.
static unsigned most_urgent(const struct pic_chip *chip, uint8_t bits)
{
    if (!bits)
        return PIC_NO_LEVEL;
    for (unsigned i = 1; i < 8; i++)
        if (has(bits, (chip->lowest + i) % 8))
            return (chip->lowest + i) % 8;
    return chip->lowest;
}

// How urgent a level is: 0 is first, 7 last, and PIC_NO_LEVEL comes behind all.
static unsigned rank(const struct pic_chip *chip, unsigned level)
{
    return level == PIC_NO_LEVEL ? 8 : (level + 7u - chip->lowest) % 8;
}

// The request that the chip would raise INT for, or PIC_NO_LEVEL. "Fully Nested Mode": what is in
// service holds off its own level and all below. Two modes weaken that: "Special Mask Mode", where
// a level in service that is masked holds off nobody, and "Special Fully Nested Mode", where a
// level with a chip behind doesn't hold off itself, because that chip may have a more urgent
// request. Before the last initialization word there is no normal operation, and no INT.
static unsigned choose(const struct pic_chip *chip, uint8_t requests)
{
    uint8_t holding = chip->special_mask ? chip->isr & ~chip->imr : chip->isr;
    unsigned level = most_urgent(chip, requests), served;
    bool again;

    if (chip->expects != PIC_EXPECTS_OCW1)
        return PIC_NO_LEVEL;
    served = most_urgent(chip, holding);
    again = chip->fully_nested_special && level == served && has(chip->icw3, level);
    return rank(chip, level) < rank(chip, served) || again ? level : PIC_NO_LEVEL;
}

// The same, for the many times when there is nothing to choose from.
static inline unsigned request(const struct pic_chip *chip)
{
    uint8_t requests = irr(chip) & ~chip->imr;

    return requests ? choose(chip, requests) : PIC_NO_LEVEL;
}

static void set_line(struct pic_chip *chip, unsigned level, bool high)
{
    uint8_t bit = (uint8_t)(1u << level);

    if (high && !(chip->lines & bit))
        chip->edges |= bit;
    if (!high)
        chip->edges &= ~bit;
    chip->lines = high ? chip->lines | bit : chip->lines & ~bit;
}

// ---------------------------------------------------------------------------------------------------
// From the acknowledge cycle to the end of interrupt.

// A level that rotates goes to the bottom. "Automatic Rotation", "Specific Rotation".
static void end_of_interrupt(struct pic_chip *chip, unsigned level, bool rotate)
{
    chip->isr &= ~(1u << level);
    if (rotate)
        chip->lowest = (uint8_t)level;
}

// "End of Interrupt (EOI)": the most urgent level in service, except those that the special mask
// mode has put aside. Nothing in service: nothing ends and nothing rotates.
static void end_most_urgent(struct pic_chip *chip, bool rotate)
{
    uint8_t candidates = chip->special_mask ? chip->isr & ~chip->imr : chip->isr;
    unsigned level = most_urgent(chip, candidates);

    if (level != PIC_NO_LEVEL)
        end_of_interrupt(chip, level, rotate);
}

// The request goes into service. Returns its level, or PIC_NO_LEVEL if there is none.
static unsigned take(struct pic_chip *chip)
{
    unsigned level = chip->next;

    if (level == PIC_NO_LEVEL)
        return PIC_NO_LEVEL;
    chip->edges &= ~(1u << level);
    chip->isr |= 1u << level;
    if (chip->auto_eoi)
        end_of_interrupt(chip, level, chip->rotate_auto_eoi);
    return level;
}

// "Interrupt Sequence": a request that was too short is answered as level 7, with nothing in
// service.
static unsigned acknowledge(struct pic_chip *chip)
{
    unsigned level = take(chip);

    return level == PIC_NO_LEVEL ? 7 : level;
}

// "Poll Command": the read takes the place of the acknowledge cycle.
static uint8_t poll(struct pic_chip *chip)
{
    unsigned level = take(chip);

    chip->poll = false;
    return level == PIC_NO_LEVEL ? 0 : POLL_REQUEST | level;
}

// ---------------------------------------------------------------------------------------------------
// Registers of one chip.

// "Initialization Command Word 1 (ICW1)" lists what it does by itself. The list doesn't name the
// levels in service; they can't outlive it, since no handler of theirs will end them any more.
static void write_icw1(struct pic_chip *chip, uint8_t value)
{
    chip->edges = chip->isr = chip->imr = 0;
    chip->lowest = 7;
    chip->icw3 = chip->is_first ? 0 : 7;
    chip->auto_eoi = chip->fully_nested_special = chip->rotate_auto_eoi = false;
    chip->special_mask = chip->poll = chip->read_isr = false;
    chip->single = value & ICW1_SINGLE;
    chip->wants_icw4 = value & ICW1_ICW4;
    chip->expects = PIC_EXPECTS_ICW2;
}

static void write_ocw2(struct pic_chip *chip, uint8_t value)
{
    unsigned level = value & 7;

    switch ((enum ocw2)(value >> 5)) {
    case OCW2_EOI: end_most_urgent(chip, false); break;
    case OCW2_ROTATE_EOI: end_most_urgent(chip, true); break;
    case OCW2_EOI_SPECIFIC: end_of_interrupt(chip, level, false); break;
    case OCW2_ROTATE_EOI_SPECIFIC: end_of_interrupt(chip, level, true); break;
    case OCW2_SET_PRIORITY: chip->lowest = (uint8_t)level; break;
    case OCW2_ROTATE_AUTO_EOI_SET: chip->rotate_auto_eoi = true; break;
    case OCW2_ROTATE_AUTO_EOI_CLEAR: chip->rotate_auto_eoi = false; break;
    case OCW2_NOTHING: break;
    }
}

static void write_ocw3(struct pic_chip *chip, uint8_t value)
{
    chip->poll = value & OCW3_POLL;
    if (value & OCW3_READ)
        chip->read_isr = value & OCW3_READ_ISR;
    if (value & OCW3_SPECIAL_MASK_SET)
        chip->special_mask = value & OCW3_SPECIAL_MASK;
}

static void write_command(struct pic_chip *chip, uint8_t value)
{
    if (value & COMMAND_ICW1)
        write_icw1(chip, value);
    else if (value & COMMAND_OCW3)
        write_ocw3(chip, value);
    else
        write_ocw2(chip, value);
}

// "Initialization Sequence": ICW3 only in cascade mode, ICW4 only if ICW1 announced it.
static void write_data(struct pic_chip *chip, uint8_t value)
{
    switch (chip->expects) {
    case PIC_EXPECTS_OCW1: chip->imr = value; return;
    case PIC_EXPECTS_ICW2: chip->base = value & ICW2_BASE; break;
    case PIC_EXPECTS_ICW3: chip->icw3 = chip->is_first ? value : value & 7; break;
    case PIC_EXPECTS_ICW4:
        chip->auto_eoi = value & ICW4_AUTO_EOI;
        chip->fully_nested_special = chip->is_first && value & ICW4_FULLY_NESTED_SPECIAL;
        break;
    }
    if (chip->expects == PIC_EXPECTS_ICW2 && !chip->single)
        chip->expects = PIC_EXPECTS_ICW3;
    else if (chip->expects != PIC_EXPECTS_ICW4 && chip->wants_icw4)
        chip->expects = PIC_EXPECTS_ICW4;
    else
        chip->expects = PIC_EXPECTS_OCW1;
}

static uint8_t read_command(const struct pic_chip *chip)
{
    return chip->read_isr ? chip->isr : irr(chip);
}

// ---------------------------------------------------------------------------------------------------
// The pair.

static struct pic_chip *first_of(struct pic_chip *second)
{
    return &((struct pic *)((uint8_t *)second - offsetof(struct pic, second)))->first;
}

// The second chip's INT is the first one's input 2.
static void cascade(const struct pic_chip *second, struct pic_chip *first)
{
    set_line(first, PIC_CASCADE, second->next != PIC_NO_LEVEL);
    first->next = request(first);
}

// Whatever has changed a chip ends here.
static inline void settle(struct pic_chip *chip)
{
    chip->next = request(chip);
    if (!chip->is_first)
        cascade(chip, first_of(chip));
}

void pic_reset(struct pic *pic)
{
    memset(pic, 0, sizeof(*pic));
    pic->first.is_first = true;
    pic->first.imr = pic->second.imr = 0xFF;
    pic->first.lowest = pic->second.lowest = 7;
    pic->first.next = pic->second.next = PIC_NO_LEVEL;
    pic->first.icw3 = 1u << PIC_CASCADE;
    pic->second.icw3 = PIC_CASCADE;
}

// The chip that a line goes to, or NULL.
static struct pic_chip *chip_of(struct pic *pic, unsigned irq)
{
    if (irq >= PIC_LINES || irq == PIC_CASCADE)
        return NULL;
    return irq < 8 ? &pic->first : &pic->second;
}

void pic_set_line(struct pic *pic, unsigned irq, bool level)
{
    struct pic_chip *chip = chip_of(pic, irq);

    if (!chip)
        return;
    set_line(chip, irq % 8, level);
    settle(chip);
    if (pic->io_apic)
        io_apic_set_line(pic->io_apic, irq, level);
}

// Nobody looks at INTR in between. But the first chip sees the second one's INT go down and up.
void pic_pulse(struct pic *pic, unsigned irq)
{
    struct pic_chip *chip = chip_of(pic, irq);

    if (!chip)
        return;
    set_line(chip, irq % 8, false);
    if (!chip->is_first)
        settle(chip);
    set_line(chip, irq % 8, true);
    settle(chip);
    if (pic->io_apic)
        io_apic_pulse(pic->io_apic, irq);
}

// "Cascade Mode": the first chip puts the level on three wires, and the chip with that number
// answers in its place; if there is none, the CPU reads the empty bus. The second chip takes its
// INT away while it is acknowledged, so that its next request is another edge.
uint8_t pic_acknowledge(struct pic *pic)
{
    unsigned level = acknowledge(&pic->first);
    uint8_t vector = pic->first.base | level;

    if (has(pic->first.icw3, level)) {
        vector = 0xFF;
        if (!pic->second.single && pic->second.icw3 == level) {
            vector = pic->second.base | acknowledge(&pic->second);
            set_line(&pic->first, PIC_CASCADE, false);
            settle(&pic->second);
        }
    }
    settle(&pic->first);
    return vector;
}

// The next read after a poll command is the poll, whichever port it goes to.
uint32_t pic_in(void *device, uint16_t offset, unsigned size)
{
    struct pic_chip *chip = device;
    uint8_t value;

    (void)size;
    if (!chip->poll)
        return offset == COMMAND ? read_command(chip) : chip->imr;
    value = poll(chip);
    settle(chip);
    return value;
}

void pic_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct pic_chip *chip = device;

    (void)size;
    if (offset == COMMAND)
        write_command(chip, (uint8_t)value);
    else
        write_data(chip, (uint8_t)value);
    settle(chip);
}

uint32_t pic_elcr_in(void *device, uint16_t offset, unsigned size)
{
    const struct pic *pic = device;

    (void)size;
    return offset == 0 ? pic->first.elcr : pic->second.elcr;
}

void pic_elcr_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct pic *pic = device;

    (void)size;
    if (offset == 0)
        pic->first.elcr = value & FIRST_ELCR;
    else
        pic->second.elcr = value & SECOND_ELCR;
    settle(&pic->second);
}
