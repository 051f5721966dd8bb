// Random guests and a random clock against the CMOS, and the keyboard controller with the same
// bytes. After every step the next periodic or update-ended interrupt must come when cmos_next()
// says, and not before; a read of register C ends it.
//
// Each step is two bytes of input: what to do, and with which value.

#include <stddef.h>
#include <stdlib.h>

#include "common/pc/cmos.h"
#include "common/pc/keyboard.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define PERIODIC     0x40
#define UPDATE_ENDED 0x10

enum { DATA = CMOS_PORT_DATA - CMOS_PORT_INDEX };

static uint64_t time_now;  // microseconds

static uint64_t now(void)
{
    return time_now;
}

static uint32_t read_byte(struct cmos *cmos, uint8_t index)
{
    cmos_out(cmos, 0, 1, index);
    return cmos_in(cmos, DATA, 1);
}

// On a copy, since looking changes the state.
static bool line_at(struct cmos copy, uint64_t time)
{
    uint64_t before = time_now;
    bool level;

    time_now = time;
    level = cmos_interrupt(&copy);
    time_now = before;
    return level;
}

static void check_cmos(struct cmos cmos)
{
    uint8_t enabled = (uint8_t)read_byte(&cmos, 0x0B);
    bool line = cmos_interrupt(&cmos);
    uint64_t next = cmos_next(&cmos);

    CHECK(!line || next == UINT64_MAX);
    if (next != UINT64_MAX) {
        CHECK(next > time_now && next <= time_now + 1000000);
        CHECK(!line_at(cmos, next - 1));
        if (enabled & (PERIODIC | UPDATE_ENDED) && !(enabled & 0x80))
            CHECK(line_at(cmos, next));
    }
    CHECK(!(read_byte(&cmos, 0x0C) & 0x80) == !line);
    CHECK(!cmos_interrupt(&cmos));
}

static void check_keyboard(struct keyboard keyboard)
{
    CHECK(!(keyboard_in(&keyboard, 4, 1) & 2));
    keyboard_in(&keyboard, 0, 1);
    CHECK(!(keyboard_in(&keyboard, 4, 1) & 1));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct cmos cmos;
    struct keyboard keyboard;
    bool reset = false;

    time_now = 1700000000000000;
    cmos_reset(&cmos, now, 16 << 20, 0);
    keyboard_reset(&keyboard, &reset);
    for (size_t i = 0; i + 1 < size; i += 2) {
        uint8_t value = data[i + 1];

        switch (data[i] % 8) {
        case 0: cmos_out(&cmos, 0, 1, value); break;
        case 1: cmos_out(&cmos, DATA, 1, value); break;
        case 2: cmos_in(&cmos, DATA, 1); break;
        case 3: time_now += value; break;
        case 4: time_now += (uint64_t)value << (value % 40); break;
        case 5: time_now -= (uint64_t)value << 12; break;
        case 6: keyboard_out(&keyboard, value % 5, 1, data[i] >> 3 | value << 5); break;
        default: keyboard_in(&keyboard, value % 5, 1); break;
        }
        check_cmos(cmos);
        check_keyboard(keyboard);
    }
    return 0;
}
