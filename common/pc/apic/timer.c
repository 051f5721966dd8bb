// The timer of apic.h. In the modes that count down it is a time too, the next at which the count
// is 0: what a read of the count returns follows from that. The input clock is the TSC's: CPUID
// leaf 15h says so to the guest.

#include "common/pc/apic/parts.h"

// Of the LVT's entry, bits 18:17.
enum mode { ONE_SHOT, PERIODIC, DEADLINE };

static enum mode mode_of(uint32_t lvt)
{
    return (enum mode)(lvt >> 17 & 3);
}

static uint32_t entry(const struct apic *apic)
{
    return apic->lvt[0];
}

static enum mode mode(const struct apic *apic)
{
    return mode_of(entry(apic));
}

// How often the clock is divided by 2. Source: SDM Vol. 3, "Divide Configuration Register".
static unsigned shift(uint32_t divide)
{
    return ((divide >> 1 & 4) + (divide & 3) + 1) % 8;
}

static uint64_t period(const struct apic *apic)
{
    return (uint64_t)apic->initial << shift(apic->divide);
}

uint32_t apic_timer_count(const struct apic *apic, uint64_t now)
{
    uint64_t left;

    if (mode(apic) == DEADLINE || apic->expires <= now)
        return 0;
    left = apic->expires - now;
    return (uint32_t)((left + (1ull << shift(apic->divide)) - 1) >> shift(apic->divide));
}

void apic_timer_start(struct apic *apic, uint32_t initial, uint64_t now)
{
    if (mode(apic) == DEADLINE)
        return;
    apic->initial = initial;
    apic->expires = initial ? now + period(apic) : 0;
}

void apic_timer_divide(struct apic *apic, uint32_t value, uint64_t now)
{
    uint32_t left = apic_timer_count(apic, now);

    apic->divide = value & 0xB;
    if (left)
        apic->expires = now + ((uint64_t)left << shift(apic->divide));
}

// Between deadlines and counts nothing is left of what was set. Source: SDM Vol. 3, "TSC-Deadline
// Mode".
void apic_timer_lvt(struct apic *apic, uint32_t value)
{
    if ((mode(apic) == DEADLINE) != (mode_of(value) == DEADLINE))
        apic->expires = apic->initial = 0;
}

uint64_t apic_deadline(const struct apic *apic)
{
    return mode(apic) == DEADLINE ? apic->expires : 0;
}

void apic_deadline_set(struct apic *apic, uint64_t deadline)
{
    if (mode(apic) == DEADLINE)
        apic->expires = deadline;
}

void apic_tsc_move(struct apic *apic, uint64_t by)
{
    if (apic->expires && mode(apic) != DEADLINE)
        apic->expires += by;
}

void apic_tick(struct apic *apic, uint64_t now)
{
    uint32_t lvt = entry(apic);

    if (!apic->expires || apic->expires > now)
        return;
    if (mode_of(lvt) == PERIODIC && apic->initial)
        apic->expires += period(apic) * ((now - apic->expires) / period(apic) + 1);
    else
        apic->expires = 0;
    if (!(lvt & LVT_MASKED))
        apic_request(apic, (uint8_t)lvt, false);
}
