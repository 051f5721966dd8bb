// Random guests and random devices against the 8259A pair. After every step its state must agree
// with a second description of the chips, kept here in other terms: one truth value for each input
// and quality, the priorities as a list that is really rotated, and requests found by walking down
// that list. Beside it stand the promises of pic.h.
//
// Each step is two bytes of input: what to do, and with which value.

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/test/pc/pic_ports.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define NOBODY 8

struct chip {
    bool high[8], seen[8], level[8], served[8], masked[8], behind[8];
    unsigned order[8];  // the inputs, most urgent first
    unsigned words, word, number, base;
    bool first, cascaded, aeoi, rotate, special_mask, special_nesting, polled, shows_isr;
};

static struct chip chips[2];

static unsigned asking(const struct chip *chip)
{
    for (unsigned i = 0; i < 8 && chip->word == chip->words; i++) {
        unsigned n = chip->order[i];
        bool asks = chip->high[n] && (chip->seen[n] || chip->level[n]) && !chip->masked[n];
        bool holds = chip->served[n] && !(chip->special_mask && chip->masked[n]);

        if (asks && (!holds || (chip->special_nesting && chip->behind[n])))
            return n;
        if (holds)
            break;
    }
    return NOBODY;
}

static void wire(struct chip *chip, unsigned n, bool high)
{
    chip->seen[n] = high && (chip->seen[n] || !chip->high[n]);
    chip->high[n] = high;
}

static void bottom(struct chip *chip, unsigned n)
{
    while (chip->order[7] != n) {
        unsigned top = chip->order[0];

        memmove(chip->order, chip->order + 1, 7 * sizeof(top));
        chip->order[7] = top;
    }
}

static unsigned most_urgent_served(const struct chip *chip)
{
    for (unsigned i = 0; i < 8; i++) {
        unsigned n = chip->order[i];

        if (chip->served[n] && !(chip->special_mask && chip->masked[n]))
            return n;
    }
    return NOBODY;
}

static unsigned serve(struct chip *chip)
{
    unsigned n = asking(chip);

    if (n == NOBODY)
        return NOBODY;
    chip->seen[n] = false;
    chip->served[n] = !chip->aeoi;
    if (chip->aeoi && chip->rotate)
        bottom(chip, n);
    return n;
}

static uint8_t byte_of(const bool *bits)
{
    uint8_t byte = 0;

    for (unsigned n = 0; n < 8; n++)
        byte |= (unsigned)bits[n] << n;
    return byte;
}

static void bits_of(bool *bits, uint8_t byte)
{
    for (unsigned n = 0; n < 8; n++)
        bits[n] = byte >> n & 1;
}

static uint8_t requests(const struct chip *chip)
{
    bool bits[8];

    for (unsigned n = 0; n < 8; n++)
        bits[n] = chip->high[n] && (chip->seen[n] || chip->level[n]);
    return byte_of(bits);
}

static void icw1(struct chip *chip, uint8_t value)
{
    struct chip fresh = {.order = {0, 1, 2, 3, 4, 5, 6, 7}, .first = chip->first, .number = 7};

    memcpy(fresh.high, chip->high, sizeof(fresh.high));
    memcpy(fresh.level, chip->level, sizeof(fresh.level));
    fresh.base = chip->base;
    fresh.cascaded = !(value & 2);
    fresh.words = 1 + fresh.cascaded + (value & 1);
    *chip = fresh;
}

static void icw(struct chip *chip, uint8_t value)
{
    unsigned word = ++chip->word;

    if (word == 1) {
        chip->base = value / 8 * 8;
    } else if (word == 2 && chip->cascaded) {
        if (chip->first)
            bits_of(chip->behind, value);
        chip->number = value % 8;
    } else {
        chip->aeoi = value & 2;
        chip->special_nesting = value & 16 && chip->first;
    }
}

static void ocw2(struct chip *chip, uint8_t value)
{
    bool end = value & 0x20, specific = value & 0x40, rotate = value & 0x80;
    unsigned n = specific ? value & 7u : most_urgent_served(chip);

    if (!end && !specific)
        chip->rotate = rotate;
    if (end && n != NOBODY)
        chip->served[n] = false;
    if (rotate && (end || specific) && n != NOBODY)
        bottom(chip, n);
}

static void ocw3(struct chip *chip, uint8_t value)
{
    chip->polled = value & 4;
    if (value & 2)
        chip->shows_isr = value & 1;
    if (value & 0x40)
        chip->special_mask = value & 0x20;
}

static void write_port(uint16_t port, uint8_t value)
{
    struct chip *chip = &chips[port >= 0xA0 && port != 0x4D0];

    if (port >= 0x4D0)
        bits_of(chip->level, value & (port == 0x4D0 ? 0xF8 : 0xDE));
    else if (port & 1 && chip->word < chip->words)
        icw(chip, value);
    else if (port & 1)
        bits_of(chip->masked, value);
    else if (value & 0x10)
        icw1(chip, value);
    else if (value & 0x08)
        ocw3(chip, value);
    else
        ocw2(chip, value);
}

static uint8_t read_port(uint16_t port)
{
    struct chip *chip = &chips[port >= 0xA0 && port != 0x4D0];
    unsigned n;

    if (port >= 0x4D0)
        return byte_of(chip->level);
    if (chip->polled) {
        chip->polled = false;
        n = serve(chip);
        return n == NOBODY ? 0 : 0x80 + n;
    }
    return port & 1          ? byte_of(chip->masked)
           : chip->shows_isr ? byte_of(chip->served)
                             : requests(chip);
}

static unsigned acknowledge(void)
{
    unsigned n = serve(&chips[0]), m;

    n = n == NOBODY ? 7 : n;
    if (!chips[0].cascaded || !chips[0].behind[n])
        return chips[0].base + n;
    if (!chips[1].cascaded || chips[1].number != n)
        return 0xFF;
    m = serve(&chips[1]);
    wire(&chips[0], 2, false);
    return chips[1].base + (m == NOBODY ? 7 : m);
}

// ---------------------------------------------------------------------------------------------------

// On copies, since reading may be a poll.
static uint8_t peek(const struct pic *pic, uint16_t port, uint8_t command)
{
    struct pic copy = *pic;

    out(&copy, port & ~1, command);
    return in(&copy, port);
}

static void check_state(const struct pic *pic)
{
    struct pic before = *pic;

    CHECK(pic_pending(pic) == (asking(&chips[0]) != NOBODY));
    CHECK(memcmp(&before, pic, sizeof(before)) == 0);
    for (unsigned i = 0; i < 2; i++) {
        uint16_t port = i ? 0xA0 : 0x20;

        CHECK(peek(pic, port, 0x0A) == requests(&chips[i]));
        CHECK(peek(pic, port, 0x0B) == byte_of(chips[i].served));
        CHECK(peek(pic, port + 1, 0x08) == byte_of(chips[i].masked));
    }
}

static void step_acknowledge(struct pic *pic)
{
    bool pending = pic_pending(pic);
    uint8_t before = peek(pic, 0x20, 0x0B), after, vector = pic_acknowledge(pic);

    CHECK(vector == acknowledge());
    after = peek(pic, 0x20, 0x0B);
    CHECK((before & ~after) == 0);                            // nothing ends here
    CHECK(pending || before == after);                        // spurious: nothing in service
    CHECK(((before ^ after) & ((before ^ after) - 1)) == 0);  // at most one more
}

// However wild the state: once all lines are low, or all inputs masked, INTR is low.
static void check_silence(const struct pic *pic)
{
    struct pic copy = *pic;

    for (unsigned irq = 0; irq < PIC_LINES; irq++)
        pic_set_line(&copy, irq, false);
    CHECK(!pic_pending(&copy));
    copy = *pic;
    copy.first.imr = 0xFF;
    pic_set_line(&copy, 0, true);
    CHECK(!pic_pending(&copy));
}

// A line that stays as it is told to be, or one that goes down and up.
static void step_line(struct pic *pic, unsigned irq, bool high, bool pulse)
{
    struct chip *chip = &chips[irq / 8];

    if (pulse)
        pic_pulse(pic, irq);
    else
        pic_set_line(pic, irq, high);
    if (irq == PIC_CASCADE)
        return;
    if (pulse) {
        wire(chip, irq % 8, false);
        wire(&chips[0], 2, asking(&chips[1]) != NOBODY);
    }
    wire(chip, irq % 8, high || pulse);
}

static void step(struct pic *pic, uint8_t what, uint8_t value)
{
    static const uint16_t ports[8] = {0x20, 0x21, 0xA0, 0xA1, 0x4D0, 0x4D1, 0x20, 0xA0};
    uint16_t port = ports[what & 7];

    switch (what >> 6) {
    case 0: step_line(pic, what & 15, what & 16, what & 32); break;
    case 1:
        out(pic, port, value);
        write_port(port, value);
        break;
    case 2: CHECK(in(pic, port) == read_port(port)); break;
    case 3: step_acknowledge(pic); break;
    }
    wire(&chips[0], 2, asking(&chips[1]) != NOBODY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    // How a PC's firmware initializes them, as steps.
    static const uint8_t firmware[] = {0x40, 0x11, 0x41, 0x08, 0x41, 0x04, 0x41, 0x01,
                                       0x42, 0x11, 0x43, 0x70, 0x43, 0x02, 0x43, 0x01};
    struct pic pic;

    pic_reset(&pic);
    for (unsigned i = 0; i < 2; i++) {
        chips[i] =
            (struct chip){.order = {0, 1, 2, 3, 4, 5, 6, 7}, .first = i == 0, .cascaded = true};
        chips[i].number = 2;
        chips[i].behind[2] = i == 0;
        bits_of(chips[i].masked, 0xFF);
    }
    check_state(&pic);
    for (size_t i = 0; size > 0 && data[0] & 1 && i < sizeof(firmware); i += 2)
        step(&pic, firmware[i], firmware[i + 1]);
    for (size_t i = 1; i + 1 < size; i += 2) {
        step(&pic, data[i], data[i + 1]);
        check_state(&pic);
        check_silence(&pic);
    }
    return 0;
}
