// The 8259A pair of common/pc/pic.h in its rarer modes, over the cascade, and with requests
// that are withdrawn. Each test names the section of the Intel 8259A data sheet that it stands on.

#include "common/test/pc/pic_guest.h"

// "Automatic End of Interrupt (AEOI) Mode", "Automatic Rotation".
static void test_auto_eoi(void)
{
    struct pic pic = pic_with(ICW4_AEOI, ICW4_AEOI);

    raise_irq(&pic, 3);
    raise_irq(&pic, 6);
    is_int(next(&pic), BASE + 3, "AEOI: 3 is served");
    is_int(isr(&pic, 0x20), 0, "AEOI: and is not in service");
    is_int(next(&pic), BASE + 6, "AEOI: so 6 follows without an EOI");
    raise_irq(&pic, 10);
    raise_irq(&pic, 12);
    is_int(next(&pic), BASE + 10, "AEOI in both chips: 10");
    is_int(next(&pic), BASE + 12, "AEOI in both chips: and at once 12");
    is_int(isr(&pic, 0xA0), 0, "AEOI: the second chip has nothing in service either");

    out(&pic, 0x20, ROTATE_AUTO_EOI);
    raise_irq(&pic, 4);
    is_int(next(&pic), BASE + 4, "AEOI that rotates: 4");
    lower_irq(&pic, 4);
    raise_irq(&pic, 4);
    raise_irq(&pic, 5);
    is_int(next(&pic), BASE + 5, "AEOI that rotates: now 5 is before 4");
    is_int(next(&pic), BASE + 4, "AEOI that rotates: then 4, and 5 is first again");
    out(&pic, 0x20, NO_ROTATE_AUTO_EOI);
    for (int i = 0; i < 2; i++) {
        lower_irq(&pic, 5);
        raise_irq(&pic, 5);
        is_int(next(&pic), BASE + 5, "rotation off: the order stays");
    }
}

// "Special Mask Mode".
static void test_special_mask(void)
{
    struct pic pic = pic_ready();

    raise_irq(&pic, 3);
    next(&pic);
    raise_irq(&pic, 5);
    out(&pic, 0x21, 1 << 3);
    is_int(next(&pic), -1, "masking what is in service lets nothing through");
    out(&pic, 0x20, SPECIAL_MASK);
    is_int(next(&pic), BASE + 5, "in special mask mode it does");
    raise_irq(&pic, 6);
    is_int(next(&pic), -1, "5 isn't masked and still holds off 6");
    raise_irq(&pic, 4);
    is_int(next(&pic), BASE + 4, "but not 4");
    out(&pic, 0x20, EOI);
    out(&pic, 0x20, EOI);
    is_int(isr(&pic, 0x20), 1 << 3, "EOI passes over the masked level");
    out(&pic, 0x20, EOI);
    is_int(isr(&pic, 0x20), 1 << 3, "however often");
    out(&pic, 0x20, 0x08);
    is_int(next(&pic), BASE + 6, "OCW3 without ESMM leaves the mode on");
    out(&pic, 0x20, EOI);
    out(&pic, 0x20, 0x28);
    raise_irq(&pic, 7);
    is_int(next(&pic), BASE + 7, "SMM alone changes nothing");
    out(&pic, 0x20, EOI);
    lower_irq(&pic, 7);
    raise_irq(&pic, 7);
    out(&pic, 0x20, NO_SPECIAL_MASK);
    is_int(next(&pic), -1, "mode off: 3 holds off 7 again");
    out(&pic, 0x20, EOI);
    is_int(next(&pic), BASE + 7, "and EOI ends it");
}

// "Special Fully Nested Mode".
static void test_special_fully_nested(void)
{
    struct pic pic = pic_ready();

    raise_irq(&pic, 12);
    next(&pic);
    raise_irq(&pic, 9);
    is_int(next(&pic), -1, "9 waits for 12, as the cascade is in service");
    is_int(irr(&pic, 0x20), 1 << 2, "though its chip asks for it");

    pic = pic_with(ICW4_SFNM, 0);
    raise_irq(&pic, 12);
    next(&pic);
    raise_irq(&pic, 9);
    is_int(next(&pic), BASE2 + 1, "special fully nested: 9 interrupts 12");
    raise_irq(&pic, 14);
    raise_irq(&pic, 3);
    is_int(next(&pic), -1, "but 14 and 3 wait");
    out(&pic, 0xA0, EOI);
    is_int(isr(&pic, 0xA0), 1 << 4,
           "after the EOI 12 is still in service: no EOI to the first chip");
    out(&pic, 0xA0, EOI);
    is_int(next(&pic), BASE2 + 6, "then 14, ahead of 3");
    raise_irq(&pic, 1);
    is_int(next(&pic), BASE + 1, "1 interrupts all of them");
    lower_irq(&pic, 1);
    raise_irq(&pic, 1);
    is_int(next(&pic), -1, "inputs without a chip behind hold off themselves as ever");

    pic = pic_with(0, ICW4_SFNM);
    raise_irq(&pic, 8 + PIC_CASCADE - 1);  // the bit that its own number would be as a mask
    next(&pic);
    out(&pic, 0x20, EOI);
    lower_irq(&pic, 9);
    raise_irq(&pic, 9);
    is_int(next(&pic), -1, "in the second chip the mode has no meaning");

    pic = pic_with(ICW4_SFNM, 0);
    raise_irq(&pic, 1);
    next(&pic);
    raise_irq(&pic, 12);
    is_int(next(&pic), -1, "special fully nested: 12 waits for 1");
    out(&pic, 0x20, EOI);
    is_int(next(&pic), BASE2 + 4, "and comes after it");
    out(&pic, 0x20, 0x13);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, ICW4_8086 | ICW4_SFNM);
    out(&pic, 0xA0, EOI);
    raise_irq(&pic, 14);
    next(&pic);
    raise_irq(&pic, 9);
    is_int(next(&pic), -1, "single mode: no chip behind, so input 2 holds off itself");
}

// "Poll Command".
static void test_poll(void)
{
    struct pic pic = pic_ready();

    out(&pic, 0x20, POLL);
    is_int(in(&pic, 0x20), 0, "poll: nobody");
    raise_irq(&pic, 6);
    raise_irq(&pic, 4);
    out(&pic, 0x20, POLL);
    is_int(in(&pic, 0x20), 0x84, "poll: 4 is the most urgent");
    is_int(isr(&pic, 0x20), 1 << 4, "and is in service now");
    is_int(pic_pending(&pic), 0, "so that 6 waits");
    out(&pic, 0x20, POLL);
    is_int(in(&pic, 0x20), 0, "for a poll as well");
    out(&pic, 0x20, EOI);
    out(&pic, 0x20, READ_IRR);
    out(&pic, 0x20, POLL);
    is_int(in(&pic, 0x21), 0x86, "the next read answers, whichever port it is");
    out(&pic, 0x21, 0x81);
    is_int(in(&pic, 0x20) << 8 | in(&pic, 0x21), 0x81, "and only that one");
    out(&pic, 0x21, 0);
    out(&pic, 0x20, EOI);

    raise_irq(&pic, 13);
    out(&pic, 0x20, POLL | 3);
    is_int(in(&pic, 0x20), 0x82, "poll the first chip: the cascade; and poll comes before read");
    out(&pic, 0xA0, POLL);
    is_int(in(&pic, 0xA0), 0x85, "poll the second chip: 13");
    is_int(isr(&pic, 0x20) << 8 | isr(&pic, 0xA0), 1 << 10 | 1 << 5, "both in service");
    out(&pic, 0xA0, EOI);
    out(&pic, 0x20, EOI);
    raise_irq(&pic, 14);
    out(&pic, 0xA0, POLL);
    is_int(in(&pic, 0xA0), 0x86, "poll only the second chip: 14");
    is_int(next(&pic), -1, "then there is nothing left to interrupt for");

    pic = pic_with(ICW4_AEOI, 0);
    raise_irq(&pic, 1);
    out(&pic, 0x20, POLL);
    is_int(in(&pic, 0x20), 0x81, "poll with AEOI");
    is_int(isr(&pic, 0x20), 0, "ends at once too");
    raise_irq(&pic, 5);
    out(&pic, 0x20, POLL);
    out(&pic, 0x20, READ_IRR);
    is_int(in(&pic, 0x20), 1 << 5, "a later OCW3 takes the poll back");
}

// "Edge and Level Triggered Modes"; the ELCRs as in the PIIX3 data sheet.
static void test_level(void)
{
    struct pic pic = pic_ready();

    out(&pic, 0x4D0, 0xFF);
    out(&pic, 0x4D1, 0xFF);
    is_int(in(&pic, 0x4D0), 0xF8, "ELCR: 0, 1 and 2 stay edge-triggered");
    is_int(in(&pic, 0x4D1), 0xDE, "ELCR: 8 and 13 too");
    raise_irq(&pic, 5);
    is_int(next(&pic), BASE + 5, "level: served");
    is_int(irr(&pic, 0x20), 1 << 5, "the request lasts as long as the level");
    is_int(next(&pic), -1, "but waits for the EOI");
    out(&pic, 0x20, EOI);
    is_int(next(&pic), BASE + 5, "and is served again after it");
    lower_irq(&pic, 5);
    out(&pic, 0x20, EOI);
    is_int(next(&pic), -1, "low before the EOI: that was all");

    raise_irq(&pic, 11);
    is_int(next(&pic), BASE2 + 3, "level, second chip");
    out(&pic, 0xA0, EOI);
    is_int(next(&pic), -1, "the cascade is still in service");
    out(&pic, 0x20, EOI);
    is_int(next(&pic), BASE2 + 3, "after both EOIs once more");
    out(&pic, 0x20, EOI);
    is_int(next(&pic), -1, "the other order of EOIs:");
    out(&pic, 0xA0, EOI);
    is_int(next(&pic), BASE2 + 3, "once more");
    lower_irq(&pic, 11);
    out(&pic, 0xA0, EOI);
    out(&pic, 0x20, EOI);
    is_int(next(&pic), -1, "until the line is low");

    raise_irq(&pic, 7);
    out(&pic, 0x20, 0x11);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, 4);
    out(&pic, 0x21, ICW4_8086);
    is_int(in(&pic, 0x4D0), 0xF8, "ICW1 leaves the ELCR alone");
    is_int(next(&pic), BASE + 7, "and a level that lasts");
    pic = pic_ready();
    out(&pic, 0x20, 0x19);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, 4);
    out(&pic, 0x21, ICW4_8086);
    raise_irq(&pic, 7);
    next(&pic);
    out(&pic, 0x20, EOI);
    is_int(next(&pic), -1, "the level bit of ICW1 has no effect on a PC");
}

// The first chip sees the second one's requests in its own order: 8 to 15 come between 1 and 3.
static void test_cascade(void)
{
    static const int order[] = {0, 1, 8, 9, 10, 11, 12, 13, 14, 15, 3, 4, 5, 6, 7};
    struct pic pic = pic_ready();

    for (unsigned irq = 0; irq < PIC_LINES; irq++)
        raise_irq(&pic, irq);
    for (unsigned i = 0; i < sizeof(order) / sizeof(order[0]); i++) {
        is_int(next(&pic), BASE + order[i], "all at once: %d", order[i]);
        if (order[i] >= 8)
            out(&pic, 0xA0, EOI);
        out(&pic, 0x20, EOI);
    }
    is_int(next(&pic), -1, "and no more");

    pic = pic_ready();
    out(&pic, 0xA0, 0x11);
    out(&pic, 0xA1, BASE2);
    out(&pic, 0xA1, 5);
    out(&pic, 0xA1, ICW4_8086);
    raise_irq(&pic, 8);
    is_int(next(&pic), 0xFF, "a second chip with the wrong number doesn't answer: an empty bus");
    is_int(isr(&pic, 0xA0), 0, "and serves nothing");
    out(&pic, 0x20, EOI);
    lower_irq(&pic, PIC_CASCADE);
    raise_irq(&pic, PIC_CASCADE);
    is_int(next(&pic), -1, "nobody else can give the cascade an edge");

    pic = pic_ready();
    out(&pic, 0x20, 0x11);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, 1 << 7);
    out(&pic, 0x21, ICW4_8086);
    out(&pic, 0xA0, 0x13);
    out(&pic, 0xA1, BASE2);
    out(&pic, 0xA1, ICW4_8086);
    raise_irq(&pic, 7);
    is_int(next(&pic), 0xFF, "a second chip in single mode doesn't answer, though its number is 7");

    pic = pic_ready();
    out(&pic, 0x20, 0x13);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, ICW4_8086);
    raise_irq(&pic, 9);
    lower_irq(&pic, 9);
    raise_irq(&pic, 9);
    is_int(next(&pic), BASE + 2, "a first chip in single mode takes input 2 for a device");
}

// For edges a pulse is one more, whether the line was up or not.
static void test_pulse(void)
{
    struct pic pic = pic_ready();

    for (unsigned i = 0; i < 3; i++) {
        pic_pulse(&pic, 0);
        is_int(next(&pic), BASE, "a pulse is an edge");
        out(&pic, 0x20, EOI);
        is_int(pic_pending(&pic), 0, "and one only");
    }
    pic_pulse(&pic, 8);
    out(&pic, 0x20, 0x0C);
    is_int(in(&pic, 0x20), 0x82, "the first chip is polled for one of the second");
    out(&pic, 0x20, EOI);
    is_int(pic_pending(&pic), 0, "whose INT stays up");
    pic_pulse(&pic, 8);
    is_int(next(&pic), BASE2, "until the next pulse");
    pic_pulse(&pic, PIC_CASCADE);
    pic_pulse(&pic, PIC_LINES);
    out(&pic, 0xA0, EOI);
    out(&pic, 0x20, EOI);
    is_int(pic_pending(&pic), 0, "where there is no wire there is no pulse");
}

// "Interrupt Sequence": if the request was too short, an interrupt at level 7.
static void test_spurious(void)
{
    struct pic pic = pic_ready();

    raise_irq(&pic, 4);
    lower_irq(&pic, 4);
    is_int(pic_pending(&pic), 0, "a line that goes low withdraws its request");
    is_int(pic_acknowledge(&pic), BASE + 7, "a CPU that acknowledges all the same gets level 7");
    is_int(isr(&pic, 0x20), 0, "with nothing in service: that's how a handler can tell");
    raise_irq(&pic, 7);
    is_int(next(&pic), BASE + 7, "while a real 7");
    is_int(isr(&pic, 0x20), 1 << 7, "is in service");
    raise_irq(&pic, 3);
    lower_irq(&pic, 3);
    is_int(pic_acknowledge(&pic), BASE + 7, "a spurious 7 inside the handler of 7");
    is_int(isr(&pic, 0x20), 1 << 7, "leaves it in service");
    out(&pic, 0x20, EOI);

    // Input 0 of the first chip addresses the second one, which has no request: its level 7.
    out(&pic, 0x20, 0x11);
    out(&pic, 0x21, BASE);
    out(&pic, 0x21, 1 << 0);
    out(&pic, 0x21, ICW4_8086);
    out(&pic, 0xA0, 0x11);
    out(&pic, 0xA1, BASE2);
    out(&pic, 0xA1, 0);
    out(&pic, 0xA1, ICW4_8086);
    raise_irq(&pic, 0);
    is_int(next(&pic), BASE2 + 7, "the second chip asked without a request: IRQ 15");
    is_int(isr(&pic, 0xA0), 0, "not in service there");
    is_int(isr(&pic, 0x20), 1 << 0, "but in the first chip, which wants its EOI");

    pic = pic_ready();
    out(&pic, 0x4D1, 1 << 2);
    raise_irq(&pic, 10);
    lower_irq(&pic, 10);
    is_int(pic_acknowledge(&pic), BASE + 7,
           "a level of the second chip that goes takes its INT along");
    is_int(irr(&pic, 0x20) | isr(&pic, 0x20), 0, "nothing is left of it");
}

// A guest must not find a device where there is none.
static void test_ports(void)
{
    struct pic pic = pic_ready(), before = pic;

    wide_out(&pic, 0x22, 1, 0x11);
    ok(memcmp(&pic, &before, sizeof(pic)) == 0, "a port that isn't ours");
    is_int(wide_in(&pic, 0xA2, 1), 0xFF, "reads as an empty bus");
    wide_out(&pic, 0x21, 2, 0xFFF0);
    is_int(wide_in(&pic, 0x21, 4), 0xFFFFFFF0, "eight data pins");
}

int main(void)
{
    test_auto_eoi();
    test_special_mask();
    test_special_fully_nested();
    test_poll();
    test_level();
    test_cascade();
    test_pulse();
    test_spurious();
    test_ports();
    return done_testing();
}
