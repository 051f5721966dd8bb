// What a guest does with its 8259As, for the tests of common/pc/pic.h.

#ifndef COMMON_TEST_PIC_GUEST_H
#define COMMON_TEST_PIC_GUEST_H

#include "common/test/pc/pic_ports.h"
#include "common/test/tap.h"

// Where the tests put the vectors, as Linux does.
#define BASE  0x30
#define BASE2 0x38

// Operation command words, as a guest writes them.
#define EOI                0x20
#define EOI_OF(n)          (0x60 | (n))
#define ROTATE_EOI         0xA0
#define ROTATE_EOI_OF(n)   (0xE0 | (n))
#define SET_LOWEST(n)      (0xC0 | (n))
#define ROTATE_AUTO_EOI    0x80
#define NO_ROTATE_AUTO_EOI 0x00
#define READ_IRR           0x0A
#define READ_ISR           0x0B
#define POLL               0x0C
#define SPECIAL_MASK       0x68
#define NO_SPECIAL_MASK    0x48

#define ICW4_8086 0x01
#define ICW4_AEOI 0x02
#define ICW4_SFNM 0x10

// Initialized as on a PC, nothing masked, ICW4 as told.
TAP_UNUSED static struct pic pic_with(uint8_t icw4, uint8_t icw4_second)
{
    struct pic pic;

    pic_reset(&pic);
    out(&pic, 0x20, 0x11);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, 1u << PIC_CASCADE);
    out(&pic, 0x21, ICW4_8086 | icw4);
    out(&pic, 0xA0, 0x11);
    out(&pic, 0xA1, BASE2);
    out(&pic, 0xA1, PIC_CASCADE);
    out(&pic, 0xA1, ICW4_8086 | icw4_second);
    return pic;
}

TAP_UNUSED static struct pic pic_ready(void)
{
    return pic_with(0, 0);
}

TAP_UNUSED static void raise_irq(struct pic *pic, unsigned irq)
{
    pic_set_line(pic, irq, true);
}

TAP_UNUSED static void lower_irq(struct pic *pic, unsigned irq)
{
    pic_set_line(pic, irq, false);
}

TAP_UNUSED static uint8_t irr(struct pic *pic, uint16_t command)
{
    out(pic, command, READ_IRR);
    return in(pic, command);
}

TAP_UNUSED static uint8_t isr(struct pic *pic, uint16_t command)
{
    out(pic, command, READ_ISR);
    return in(pic, command);
}

// The vector that the CPU gets, or -1 if INTR is low.
TAP_UNUSED static int next(struct pic *pic)
{
    return pic_pending(pic) ? pic_acknowledge(pic) : -1;
}

#endif
