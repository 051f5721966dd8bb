// The local APIC of apic.h: from a request, at a pin or from an IPI, to the end of the interrupt.

#include "common/pc/apic/parts.h"

// ---------------------------------------------------------------------------------------------------
// Acceptance and priority. Source: SDM Vol. 3, "Interrupt Acceptance for Fixed Interrupts", "Task
// and Processor Priorities".

static int highest(const uint32_t bits[8])
{
    for (int i = 7; i >= 0; i--)
        if (bits[i])
            return 32 * i + 31 - __builtin_clz(bits[i]);
    return -1;
}

static bool bit(const uint32_t bits[8], uint8_t vector)
{
    return bits[vector / 32] >> vector % 32 & 1;
}

static void bit_set(uint32_t bits[8], uint8_t vector, bool value)
{
    uint32_t one = 1u << vector % 32;

    bits[vector / 32] = value ? bits[vector / 32] | one : bits[vector / 32] & ~one;
}

// The first of its kind since ESR was last written sends the error interrupt, if it has a vector.
void apic_error(struct apic *apic, uint32_t bit)
{
    uint32_t entry = *apic_lvt(apic, APIC_LVT_ERROR);
    bool is_new = !(apic->errors & bit);

    apic->errors |= bit;
    if (!is_new || entry & LVT_MASKED)
        return;
    if ((uint8_t)entry < APIC_FIRST_VECTOR)
        apic->errors |= APIC_ERROR_RECEIVED;
    else
        apic_request(apic, (uint8_t)entry, false);
}

void apic_request(struct apic *apic, uint8_t vector, bool level)
{
    if (!apic_is_on(apic) || !(apic->spurious & APIC_SOFTWARE_ENABLED))
        return;
    if (vector < APIC_FIRST_VECTOR) {
        apic_error(apic, APIC_ERROR_RECEIVED);
        return;
    }
    apic->requests += !bit(apic->irr, vector);
    bit_set(apic->irr, vector, true);
    bit_set(apic->tmr, vector, level);
}

// That of the task, or the class of what is in service, whichever class is higher.
uint32_t apic_priority(const struct apic *apic)
{
    int served = highest(apic->isr);

    return served >> 4 > (int)apic->tpr >> 4 ? (uint32_t)served & 0xF0 : apic->tpr;
}

int apic_most_urgent(const struct apic *apic)
{
    int vector = highest(apic->irr);

    return vector >> 4 > (int)apic_priority(apic) >> 4 ? vector : APIC_NOTHING;
}

void apic_acknowledge(struct apic *apic, uint8_t vector)
{
    apic->requests -= bit(apic->irr, vector);
    bit_set(apic->irr, vector, false);
    bit_set(apic->isr, vector, true);
}

void apic_end_of_interrupt(struct apic *apic)
{
    uint32_t *entry = apic_lvt(apic, APIC_LVT_LINT0);
    int vector = highest(apic->isr);

    if (vector == APIC_NOTHING)
        return;
    bit_set(apic->isr, (uint8_t)vector, false);
    apic->ended = bit(apic->tmr, (uint8_t)vector);
    apic->ended_vector = (uint8_t)vector;
    if (*entry & LVT_REMOTE_IRR && (uint8_t)*entry == vector) {
        *entry &= ~LVT_REMOTE_IRR;
        apic_lint0_update(apic);
    }
}

// ---------------------------------------------------------------------------------------------------
// The pins. Source: SDM Vol. 3, "Local Vector Table".

// LINT0 may be level-triggered, and asks again as long as it is high. LINT1 is always an edge.
void apic_lint0_update(struct apic *apic)
{
    uint32_t *entry = apic_lvt(apic, APIC_LVT_LINT0);

    if (!apic->lint[0] || *entry & (LVT_MASKED | LVT_REMOTE_IRR) || !(*entry & LVT_LEVEL) ||
        LVT_DELIVERY(*entry) != DELIVER_FIXED)
        return;
    *entry |= LVT_REMOTE_IRR;
    apic_request(apic, (uint8_t)*entry, true);
}

static void edge(struct apic *apic, unsigned pin)
{
    uint32_t entry = *apic_lvt(apic, APIC_LVT_LINT0 + pin);

    if (entry & LVT_MASKED || !apic_is_on(apic))
        return;
    switch (LVT_DELIVERY(entry)) {
    case DELIVER_FIXED:
        if (pin || !(entry & LVT_LEVEL))
            apic_request(apic, (uint8_t)entry, false);
        break;
    case DELIVER_NMI: apic->nmi = true; break;
    case DELIVER_INIT: apic->init = true; break;
    default: break;  // SMI: nobody has an SMM; ExtINT: see apic_takes_extint()
    }
}

void apic_lint(struct apic *apic, unsigned pin, bool level)
{
    bool rises = level && !apic->lint[pin];

    apic->lint[pin] = level;
    if (rises)
        edge(apic, pin);
    apic_lint0_update(apic);
}

// ---------------------------------------------------------------------------------------------------
// Interrupts between processors, of which there is one, with ID 0. Source: SDM Vol. 3, "Interrupt
// Command Register (ICR)", "Determining IPI Destination".

enum shorthand { NO_SHORTHAND, SELF, ALL, ALL_OTHERS };

// Flat: a bit for each CPU. In clusters: the number of one, and a bit for each CPU in it.
static bool is_logical_self(const struct apic *apic, uint32_t destination)
{
    uint32_t self = apic->ldr >> 24;

    if (apic_is_x2(apic))  // cluster 0, CPU 0
        return destination >> 16 == 0 && (destination & 1);
    if (apic->dfr >> 28 == 0xF)
        return self & destination;
    return self >> 4 == destination >> 4 && (self & destination & 0xF);
}

static bool is_for_self(const struct apic *apic, uint64_t icr)
{
    uint32_t destination = (uint32_t)(icr >> 32) >> (apic_is_x2(apic) ? 0 : 24);
    uint32_t everybody = apic_is_x2(apic) ? 0xFFFFFFFF : 0xFF;

    switch (ICR_SHORTHAND(icr)) {
    case SELF:
    case ALL: return true;
    case ALL_OTHERS: return false;
    default: break;
    }
    if (destination == everybody)
        return true;
    return icr & ICR_LOGICAL ? is_logical_self(apic, destination) : destination == 0;
}

static void deliver(struct apic *apic, uint64_t icr, bool level)
{
    bool deassert = (icr & (ICR_LEVEL | ICR_ASSERT)) == ICR_LEVEL;

    if (!apic_is_on(apic) || !is_for_self(apic, icr))
        return;
    switch (icr >> 8 & 7) {
    case DELIVER_FIXED:
    case DELIVER_LOWEST: apic_request(apic, (uint8_t)icr, level); break;
    case DELIVER_NMI: apic->nmi = true; break;
    case DELIVER_INIT: apic->init |= !deassert; break;
    default: break;  // SMI: nobody has an SMM; start-up: no CPU waits for it
    }
}

void apic_send(struct apic *apic, uint64_t icr)
{
    if ((icr >> 8 & 7) <= DELIVER_LOWEST && (uint8_t)icr < APIC_FIRST_VECTOR)
        apic_error(apic, APIC_ERROR_SENT);
    else
        deliver(apic, icr, false);
}

void apic_message(struct apic *apic, uint32_t message, uint8_t destination, bool level)
{
    uint64_t to = (uint64_t)destination << 56;

    if (apic_is_x2(apic))
        to = destination == 0xFF ? ~0ull << 32 : (uint64_t)destination << 32;
    deliver(apic, to | message, level);
}
