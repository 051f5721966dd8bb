// The 8259A pair of common/pc/pic.h, mode by mode. Each test names the section of the Intel
// 8259A data sheet that it stands on.

#include "common/test/pc/pic_guest.h"

static void test_reset(void)
{
    struct pic pic;

    memset(&pic, 0xAA, sizeof(pic));
    pic_reset(&pic);
    is_int(in(&pic, 0x21), 0xFF, "reset: first IMR, all masked");
    is_int(in(&pic, 0xA1), 0xFF, "reset: second IMR, all masked");
    is_int(in(&pic, 0x20), 0, "reset: first IRR");
    is_int(isr(&pic, 0x20) | isr(&pic, 0xA0), 0, "reset: nothing in service");
    is_int(in(&pic, 0x4D0) | in(&pic, 0x4D1), 0, "reset: all lines edge-triggered");
    is_int(pic_pending(&pic), 0, "reset: INTR is low");
    out(&pic, 0x21, 0xFB);  // how Linux looks for the chip, before it initializes it
    is_int(in(&pic, 0x21), 0xFB, "the IMR can be written and read before any ICW");
}

// "Initialization Command Words 1 and 2", "(ICW3)", "(ICW4)".
static void test_initialization(void)
{
    struct pic pic = pic_ready();

    raise_irq(&pic, 3);
    out(&pic, 0x21, 0xFF);
    out(&pic, 0x20, SET_LOWEST(2));
    out(&pic, 0x20, SPECIAL_MASK);
    out(&pic, 0x20, READ_ISR);
    out(&pic, 0x20, 0x11);
    is_int(in(&pic, 0x21), 0, "ICW1 clears the IMR");
    is_int(in(&pic, 0x20), 0, "and the edges that were seen");
    out(&pic, 0x21, 0x77);
    out(&pic, 0x21, 0x04);
    raise_irq(&pic, 1);
    is_int(pic_pending(&pic), 0, "no INT before the last word");
    out(&pic, 0x21, 0x01);
    is_int(in(&pic, 0x20), 1 << 1, "ICW1 selected the IRR; a line that stayed high is no edge");
    is_int(next(&pic), 0x71, "ICW2 gives bits 7:3 of the vector, the level the rest");
    out(&pic, 0x21, 0x5A);
    is_int(in(&pic, 0x21), 0x5A, "after ICW4 the data port is the IMR again");

    out(&pic, 0x20, 0x10);
    out(&pic, 0x21, 0x48);
    out(&pic, 0x21, 0x04);
    out(&pic, 0x21, 0xA5);
    is_int(in(&pic, 0x21), 0xA5, "no ICW4 if ICW1 doesn't announce it");
    out(&pic, 0x20, 0x13);
    out(&pic, 0x21, 0x48);
    out(&pic, 0x21, 0x01);
    out(&pic, 0x21, 0xA5);
    is_int(in(&pic, 0x21), 0xA5, "no ICW3 in single mode");
    out(&pic, 0x20, 0x12);
    out(&pic, 0x21, 0x48);
    out(&pic, 0x21, 0xA5);
    is_int(in(&pic, 0x21), 0xA5, "two words are the least");
    out(&pic, 0x20, 0x11);
    out(&pic, 0x21, 0x50);
    out(&pic, 0x20, 0x12);
    out(&pic, 0x21, 0x58);
    raise_irq(&pic, 5);
    is_int(next(&pic), 0x5D, "ICW1 in the middle begins anew");
}

// ICW1 takes back what the modes were: the levels in service, rotation and ICW4's modes.
static void test_initialization_forgets(void)
{
    struct pic pic = pic_with(ICW4_AEOI, 0);

    out(&pic, 0x20, ROTATE_AUTO_EOI);
    out(&pic, 0x20, SET_LOWEST(4));
    out(&pic, 0x20, 0x13);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, ICW4_8086);
    raise_irq(&pic, 5);
    raise_irq(&pic, 0);
    is_int(next(&pic), BASE, "ICW1: input 0 has the highest priority again");
    is_int(isr(&pic, 0x20), 1, "ICW1: no automatic EOI any more");
    out(&pic, 0x20, 0x13);
    is_int(isr(&pic, 0x20), 0, "ICW1: nothing in service");

    pic = pic_ready();
    out(&pic, 0x20, SPECIAL_MASK);
    out(&pic, 0x20, ROTATE_AUTO_EOI);
    out(&pic, 0x20, 0x13);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, ICW4_8086);
    raise_irq(&pic, 3);
    raise_irq(&pic, 5);
    next(&pic);
    out(&pic, 0x21, 1 << 3);
    is_int(next(&pic), -1, "ICW1: no special mask mode");
    pic_reset(&pic);
    out(&pic, 0x20, ROTATE_AUTO_EOI);
    out(&pic, 0x20, 0x13);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, ICW4_8086 | ICW4_AEOI);
    for (int i = 0; i < 2; i++) {
        lower_irq(&pic, 3);
        raise_irq(&pic, 3);
        raise_irq(&pic, 5);
        is_int(next(&pic), BASE + 3, "ICW1: no rotation");
    }
}

// Every line to its vector, alone, through the whole life of an interrupt.
static void test_all_lines(void)
{
    for (unsigned irq = 0; irq < PIC_LINES; irq++) {
        struct pic pic = pic_ready();
        uint16_t command = irq < 8 ? 0x20 : 0xA0;
        uint8_t bit = (uint8_t)(1u << irq % 8);

        raise_irq(&pic, irq);
        if (irq == PIC_CASCADE) {
            is_int(pic_pending(&pic), 0, "IRQ 2 has no wire");
            continue;
        }
        is_int(irr(&pic, command), bit, "IRQ %u: requested", irq);
        is_int(next(&pic), BASE + irq, "IRQ %u: its vector", irq);
        is_int(irr(&pic, command) << 8 | isr(&pic, command), bit, "IRQ %u: in service", irq);
        if (irq >= 8)
            is_int(isr(&pic, 0x20), 1 << 2, "IRQ %u: the cascade is in service too", irq);
        out(&pic, 0xA0, EOI);
        out(&pic, 0x20, EOI);
        is_int(isr(&pic, 0x20) | isr(&pic, 0xA0), 0, "IRQ %u: ended", irq);
        is_int(next(&pic), -1, "IRQ %u: a line that stays high is one edge", irq);
        raise_irq(&pic, irq);
        is_int(next(&pic), -1, "IRQ %u: raising it again is no edge", irq);
        lower_irq(&pic, irq);
        raise_irq(&pic, irq);
        is_int(next(&pic), BASE + irq, "IRQ %u: the next edge", irq);
    }
}

static void test_wild_lines(void)
{
    struct pic pic = pic_ready(), before = pic;

    raise_irq(&pic, 16);
    raise_irq(&pic, 0xFFFFFFFF);
    ok(memcmp(&pic, &before, sizeof(pic)) == 0, "lines above 15 are ignored");
}

// "Interrupt Mask Register (IMR)".
static void test_mask(void)
{
    struct pic pic = pic_ready();

    out(&pic, 0x21, 1 << 4);
    raise_irq(&pic, 4);
    is_int(pic_pending(&pic), 0, "a masked input does not interrupt");
    is_int(irr(&pic, 0x20), 1 << 4, "but shows in the IRR");
    raise_irq(&pic, 6);
    is_int(next(&pic), BASE + 6, "and does not hold off others");
    out(&pic, 0x20, EOI);
    out(&pic, 0x21, 0);
    is_int(next(&pic), BASE + 4, "unmasked, it interrupts");

    pic = pic_ready();
    raise_irq(&pic, 9);
    out(&pic, 0x21, 1 << PIC_CASCADE);
    is_int(pic_pending(&pic), 0, "the mask of input 2 masks the whole second chip");
    out(&pic, 0x21, 0);
    out(&pic, 0xA1, 1 << 1);
    is_int(pic_pending(&pic), 0, "the second chip has a mask of its own");
    is_int(irr(&pic, 0x20), 0, "then the first one doesn't see a request");
    out(&pic, 0xA1, 0);
    is_int(next(&pic), BASE2 + 1, "unmasked, it interrupts");
}

// "Fully Nested Mode", "End of Interrupt (EOI)".
static void test_nesting(void)
{
    struct pic pic = pic_ready();

    raise_irq(&pic, 5);
    raise_irq(&pic, 3);
    is_int(next(&pic), BASE + 3, "the lower number first");
    is_int(next(&pic), -1, "5 waits while 3 is in service");
    raise_irq(&pic, 1);
    is_int(next(&pic), BASE + 1, "1 interrupts the handler of 3");
    lower_irq(&pic, 1);
    raise_irq(&pic, 1);
    is_int(next(&pic), -1, "a level holds off itself");
    is_int(isr(&pic, 0x20), 0x0A, "1 and 3 are in service");
    out(&pic, 0x20, EOI);
    is_int(isr(&pic, 0x20), 0x08, "EOI ends the more urgent one");
    is_int(next(&pic), BASE + 1, "and its next request is served");
    out(&pic, 0x20, EOI_OF(3));
    is_int(isr(&pic, 0x20), 0x02, "a specific EOI ends the one it names");
    is_int(next(&pic), -1, "5 still waits for 1");
    out(&pic, 0x20, EOI_OF(6));
    is_int(isr(&pic, 0x20), 0x02, "a specific EOI of what isn't in service does nothing");
    out(&pic, 0x20, EOI);
    is_int(next(&pic), BASE + 5, "at last 5");
    out(&pic, 0x20, 0x40 | 5);
    is_int(isr(&pic, 0x20), 0x20, "OCW2 010 is no operation");
    out(&pic, 0x20, EOI);
    out(&pic, 0x20, EOI);
    is_int(isr(&pic, 0x20), 0, "an EOI too many does nothing");
}

// "Automatic Rotation (Equal Priority Devices)", "Specific Rotation (Specific Priority)".
static void test_rotation(void)
{
    struct pic pic = pic_ready();

    raise_irq(&pic, 4);
    raise_irq(&pic, 6);
    is_int(next(&pic), BASE + 4, "before the rotation 4 is before 6");
    out(&pic, 0x20, ROTATE_EOI);
    lower_irq(&pic, 4);
    raise_irq(&pic, 4);
    is_int(next(&pic), BASE + 6, "rotate on EOI: 4 goes to the bottom, 6 is before it");
    out(&pic, 0x20, ROTATE_EOI_OF(6));
    raise_irq(&pic, 7);
    is_int(next(&pic), BASE + 7, "rotate on specific EOI: 6 at the bottom, 7 at the top");
    is_int(next(&pic), -1, "4 is below 7 now");
    out(&pic, 0x20, EOI);
    is_int(next(&pic), BASE + 4, "and comes after it");
    out(&pic, 0x20, EOI);
    out(&pic, 0x20, ROTATE_EOI);
    lower_irq(&pic, 7);
    raise_irq(&pic, 7);
    raise_irq(&pic, 0);
    is_int(next(&pic), BASE + 7, "a rotating EOI with nothing in service rotates nothing");
    out(&pic, 0x20, EOI);
    is_int(next(&pic), BASE, "and 0 comes after it");
    out(&pic, 0x20, EOI);

    for (unsigned lowest = 0; lowest < 8; lowest++) {
        unsigned highest = (lowest + 1) % 8, last = 8;

        pic = pic_ready();
        out(&pic, 0x21, 1 << PIC_CASCADE);
        out(&pic, 0x20, SET_LOWEST(lowest));
        for (unsigned irq = 0; irq < 8; irq++)
            raise_irq(&pic, irq);
        highest = highest == PIC_CASCADE ? highest + 1 : highest;
        is_int(next(&pic), BASE + highest, "set priority: %u lowest", lowest);
        out(&pic, 0x20, EOI);
        for (unsigned i = 0; i < 8 && pic_pending(&pic); i++) {
            last = pic_acknowledge(&pic) - BASE;
            out(&pic, 0x20, EOI);
        }
        is_int(last, lowest == PIC_CASCADE ? 1 : lowest, "and %u is served last", lowest);
    }
}

int main(void)
{
    test_reset();
    test_initialization();
    test_initialization_forgets();
    test_all_lines();
    test_wild_lines();
    test_mask();
    test_nesting();
    test_rotation();
    return done_testing();
}
