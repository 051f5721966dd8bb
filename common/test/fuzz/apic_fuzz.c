// Random guests against the local APIC, and the I/O APIC in front of it. After every step what it
// says must follow from what the guest can see: which vector comes next and the processor's
// priority from ISR, IRR and TPR, looked through one truth value at a time. And the promises of
// apic.h hold.
//
// Each step is six bytes of input: what to do, with which register, and a value.

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/pc/apic/io_apic.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

#define WIDTH 39
#define STEP  6

static uint64_t now;

// On a copy, since reading may count an error.
static uint32_t peek(const struct apic *apic, unsigned reg)
{
    struct apic copy = *apic;
    uint64_t value = 0;

    if (!apic_is_x2(apic))
        return apic_read(&copy, reg * 16, 4, now);
    CHECK(apic_msr_read(&copy, MSR_X2APIC_FIRST + reg, now, &value));
    return (uint32_t)value;
}

static bool bit(const struct apic *apic, unsigned first, unsigned vector)
{
    return peek(apic, first + vector / 32) >> vector % 32 & 1;
}

// The highest vector of one of the three sets of bits, or -1.
static int top(const struct apic *apic, unsigned first)
{
    for (int vector = 255; vector >= 0; vector--)
        if (bit(apic, first, (unsigned)vector))
            return vector;
    return -1;
}

static void check(const struct apic *apic)
{
    const struct apic before = *apic;
    unsigned requests = 0;
    int requested = top(apic, APIC_IRR), served = top(apic, APIC_ISR), pending = apic_pending(apic);
    uint32_t tpr = peek(apic, APIC_TPR), ppr = peek(apic, APIC_PPR);
    bool lower = served / 16 > (int)tpr / 16;

    CHECK(ppr == (lower ? (uint32_t)served / 16 * 16 : tpr));
    CHECK(pending == (requested / 16 > (int)ppr / 16 ? requested : -1));
    for (unsigned vector = 0; vector < 16; vector++)
        CHECK(!bit(apic, APIC_IRR, vector) && !bit(apic, APIC_ISR, vector));
    for (unsigned vector = 0; vector < 256; vector++)
        requests += bit(apic, APIC_IRR, vector);
    CHECK(requests == apic->requests);
    CHECK(apic_timer_next(apic) > now);
    CHECK(apic_is_on(apic) || (pending == -1 && apic_takes_extint(apic)));
    CHECK(!apic_is_x2(apic) || apic_is_on(apic));
    CHECK(memcmp(&before, apic, sizeof(before)) == 0);
}

static void acknowledge(struct apic *apic)
{
    int vector = apic_pending(apic), served = top(apic, APIC_ISR);

    if (vector == APIC_NOTHING)
        return;
    CHECK(vector / 16 > served / 16);
    apic_acknowledge(apic, (uint8_t)vector);
    CHECK(top(apic, APIC_ISR) == vector && !bit(apic, APIC_IRR, (unsigned)vector));
    CHECK(apic_pending(apic) / 16 > vector / 16 || apic_pending(apic) == APIC_NOTHING);
}

static void end(struct apic *apic)
{
    int served = top(apic, APIC_ISR);

    if (apic_is_x2(apic))
        CHECK(apic_msr_write(apic, MSR_X2APIC_FIRST + APIC_EOI, 0, WIDTH, now));
    else
        apic_write(apic, APIC_EOI * 16, 4, 0, now);
    CHECK(served == -1 || (!bit(apic, APIC_ISR, (unsigned)served) && top(apic, APIC_ISR) < served));
}

// Time goes on, at most to where the owner would look: then the timer is heard of at once.
static void wait(struct apic *apic, uint64_t ticks)
{
    uint64_t next = apic_timer_next(apic);
    int before = top(apic, APIC_IRR);

    now = next - now <= ticks ? next : now + ticks;
    apic_tick(apic, now);
    CHECK(now != next || top(apic, APIC_IRR) >= before);
    CHECK(now != next || bit(apic, APIC_IRR, (uint8_t)peek(apic, APIC_LVT_TIMER)));
}

static void write_msr(struct apic *apic, uint32_t msr, uint64_t value)
{
    const struct apic before = *apic;

    if (!apic_msr_write(apic, msr, value, WIDTH, now))
        CHECK(memcmp(&before, apic, sizeof(before)) == 0);
}

// The owner's part: whoever ended a level has to say so.
static void owner(struct apic *apic, struct io_apic *io_apic)
{
    if (apic->ended)
        io_apic_end(io_apic, apic->ended_vector);
    apic->ended = apic->nmi = apic->init = false;
    for (unsigned pin = 0; pin < IO_APIC_PINS; pin++)
        CHECK(!(io_apic->entry[pin] & 1 << 14) || (io_apic->entry[pin] & 1 << 15));
}

static void step(struct apic *apic, struct io_apic *io_apic, const uint8_t *input)
{
    static const uint32_t few[] = {MSR_APIC_BASE, MSR_TSC_DEADLINE};
    unsigned reg = input[1] & 0x3F;
    uint32_t value;
    uint64_t ignored;

    memcpy(&value, input + 2, sizeof(value));
    switch (input[0] % 12) {
    case 0: apic_write(apic, reg * 16, 4, value, now); break;
    case 1: apic_write(apic, value % APIC_SIZE, reg % 9, value, now); break;
    case 2: apic_read(apic, value % APIC_SIZE, reg & 1 ? 4 : reg % 9, now); break;
    case 3: write_msr(apic, MSR_X2APIC_FIRST + input[1], value); break;
    case 4: write_msr(apic, few[reg & 1], reg & 1 ? now + value : value & 0xFFFFFF00); break;
    case 5: apic_msr_read(apic, MSR_X2APIC_FIRST + input[1], now, &ignored); break;
    case 6: wait(apic, value >> reg % 32); break;
    case 7: apic_lint(apic, reg & 1, reg & 2); break;
    case 8: io_apic_write(io_apic, reg & 1 ? 0 : value >> 24, 4, value); break;
    case 9: io_apic_set_line(io_apic, reg, input[2] & 1); break;
    case 10: io_apic_pulse(io_apic, reg); break;
    default: reg & 1 ? acknowledge(apic) : end(apic); break;
    }
    apic_tick(apic, now);
    owner(apic, io_apic);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct io_apic io_apic;
    struct apic apic;

    now = 1;
    apic_reset(&apic);
    apic_virtual_wire(&apic);
    io_apic_reset(&io_apic, &apic);
    check(&apic);
    for (size_t i = 0; i + STEP <= size; i += STEP) {
        step(&apic, &io_apic, data + i);
        check(&apic);
    }
    return 0;
}
