// The I/O APIC of common/pc/apic, with a local APIC at its end.

#include "common/pc/apic/io_apic.h"

#include "common/pc/pic.h"
#include "common/test/tap.h"

#define LEVEL  0x8000u
#define MASKED 0x10000u
#define ENTRY  0x10  // the first register of the first entry

static struct apic apic;
static struct io_apic io_apic;

static void out(unsigned reg, uint32_t value)
{
    io_apic_write(&io_apic, 0, 4, reg);
    io_apic_write(&io_apic, 0x10, 4, value);
}

static uint32_t in(unsigned reg)
{
    io_apic_write(&io_apic, 0, 4, reg);
    return (uint32_t)io_apic_read(&io_apic, 0x10, 4);
}

static void reset(void)
{
    apic_reset(&apic);
    apic_virtual_wire(&apic);
    io_apic_reset(&io_apic, &apic);
}

// The vector that comes, ended at once; the I/O APIC hears of it as its owner sees to.
static int take(void)
{
    int vector = apic_pending(&apic);

    if (vector == APIC_NOTHING)
        return vector;
    apic_acknowledge(&apic, (uint8_t)vector);
    apic_write(&apic, APIC_EOI * 16, 4, 0, 0);
    if (apic.ended)
        io_apic_end(&io_apic, apic.ended_vector);
    apic.ended = false;
    return vector;
}

// "IOREGSEL", "IOWIN", "IOAPICID", "IOAPICVER", "IOAPICARB", "IOREDTBL".
static void test_registers(void)
{
    reset();
    is_int(in(1), 0x00170011, "version 11h, 24 entries");
    out(0, 0xFFFFFFFF);
    is_int(in(0), 0x0F000000, "four bits of ID");
    is_int(in(2), 0x0F000000, "which the arbitration has too");
    is_int(in(ENTRY), MASKED, "after a reset an entry is masked");
    out(ENTRY + 46, 0xFFFFFFFF);
    out(ENTRY + 47, 0xFFFFFFFF);
    is_int(in(ENTRY + 46), 0x1AFFF, "the last entry: two bits are only read");
    is_int(in(ENTRY + 47), 0xFF000000, "and its destination");
    out(ENTRY + 48, 0x31);
    is_int(in(ENTRY + 48), 0, "there is no 25th");
    is_int(in(0xFF), 0, "nor the last that the index could name");
    io_apic_write(&io_apic, 0, 4, 5);
    is_int(io_apic_read(&io_apic, 0, 4), 5, "the index is read back");
    io_apic_write(&io_apic, 0, 1, 7);
    io_apic_write(&io_apic, 0x20, 4, 7);
    is_int(io_apic_read(&io_apic, 0, 4), 5, "other sizes and addresses write nothing");
    is_int(io_apic_read(&io_apic, 0x10, 2) | io_apic_read(&io_apic, 4, 4), 0, "and read 0");
}

// "Interrupt Trigger Mode", "Remote IRR".
static void test_edge(void)
{
    reset();
    io_apic_set_line(&io_apic, 4, true);
    out(ENTRY + 8, 0x34);
    is_int(take(), APIC_NOTHING, "an edge while it is masked is lost");
    io_apic_set_line(&io_apic, 4, true);
    is_int(take(), APIC_NOTHING, "a line that stays up is no edge");
    io_apic_set_line(&io_apic, 4, false);
    io_apic_set_line(&io_apic, 4, true);
    is_int(take(), 0x34, "an edge");
    is_int(take(), APIC_NOTHING, "is one interrupt");
    io_apic_set_line(&io_apic, IO_APIC_PINS, true);
    io_apic_set_line(&io_apic, 99, true);
    is_int(io_apic.lines, 1 << 4, "there are no more pins");
}

static void test_level(void)
{
    reset();
    out(ENTRY + 18, LEVEL | MASKED | 0x39);
    io_apic_set_line(&io_apic, 9, true);
    is_int(take(), APIC_NOTHING, "a level while it is masked waits");
    out(ENTRY + 18, LEVEL | 0x39);
    is_int(in(ENTRY + 18), LEVEL | 0x4039, "and then it is sent: remote IRR");
    is_int(apic.tmr[1], 1u << (0x39 - 32), "the local APIC knows that it is a level");
    is_int(take(), 0x39, "it comes");
    is_int(take(), 0x39, "again, as long as it is high");
    io_apic_set_line(&io_apic, 9, false);
    is_int(take(), 0x39, "once more, since it was sent already");
    is_int(take(), APIC_NOTHING, "and no more");
    is_int(in(ENTRY + 18), LEVEL | 0x39, "remote IRR is clear");
    io_apic_set_line(&io_apic, 9, true);
    out(ENTRY + 18, 0x39);
    is_int(in(ENTRY + 18), 0x39, "what becomes edge-triggered has no remote IRR");
}

static void test_destination(void)
{
    reset();
    out(ENTRY + 1, 1u << 24);
    out(ENTRY, 0x40);
    io_apic_set_line(&io_apic, 0, true);
    is_int(take(), APIC_NOTHING, "for CPU 1, which isn't there");
    out(ENTRY + 1, 0xFFu << 24);
    io_apic_set_line(&io_apic, 0, false);
    io_apic_set_line(&io_apic, 0, true);
    is_int(take(), 0x40, "for all");
    apic_msr_write(&apic, 0x1B, apic.base | APIC_BASE_X2, 39, 0);
    io_apic_set_line(&io_apic, 0, false);
    io_apic_set_line(&io_apic, 0, true);
    is_int(apic_pending(&apic), 0x40, "to x2APIC mode too");
    apic_acknowledge(&apic, 0x40);
    out(ENTRY, 0x400);
    io_apic_set_line(&io_apic, 0, false);
    io_apic_set_line(&io_apic, 0, true);
    is_int(apic.nmi, 1, "an NMI");
    out(ENTRY, 0x0F);
    io_apic_set_line(&io_apic, 0, false);
    io_apic_set_line(&io_apic, 0, true);
    is_int(apic_pending(&apic), APIC_NOTHING, "a vector that no interrupt has");
}

// The wires are the 8259s' too.
static void test_wires(void)
{
    struct pic pic;

    reset();
    pic_reset(&pic);
    pic.io_apic = &io_apic;
    out(ENTRY + 8, 0x34);
    pic_set_line(&pic, 4, true);
    is_int(take(), 0x34, "a line of the 8259s is a pin");
    pic_pulse(&pic, 4);
    is_int(take(), 0x34, "a pulse is another edge");
    pic_set_line(&pic, 2, true);
    is_int(io_apic.lines, 1 << 4, "but not the cascade's");
}

int main(void)
{
    test_registers();
    test_edge();
    test_level();
    test_destination();
    test_wires();
    return done_testing();
}
