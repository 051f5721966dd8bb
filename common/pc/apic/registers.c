// The registers of the local APIC of apic.h, in its page and as MSRs.

#include "common/pc/apic/parts.h"

#define VERSION (0x14 | (APIC_LVTS - 1) << 16)  // an APIC of the CPU, and its last entry of the LVT

enum access { NONE, READ, WRITE, BOTH };  // READ | WRITE

// The registers in the page and as MSRs, and the bits that software may set in each.
static const struct row {
    uint8_t page, msr;
    uint32_t bits;
} rows[MSR_X2APIC_LAST - MSR_X2APIC_FIRST + 1] = {
    // clang-format off
    [APIC_ID]            = {READ,  READ,  0},
    [APIC_VERSION]       = {READ,  READ,  0},
    [APIC_TPR]           = {BOTH,  BOTH,  0xFF},
    [APIC_APR]           = {READ,  NONE,  0},
    [APIC_PPR]           = {READ,  READ,  0},
    [APIC_EOI]           = {WRITE, WRITE, 0},
    [APIC_LDR]           = {BOTH,  READ,  0xFF000000},
    [APIC_DFR]           = {BOTH,  NONE,  0xF0000000},
    [APIC_SPURIOUS]      = {BOTH,  BOTH,  0x1FF},
    [APIC_ESR]           = {BOTH,  BOTH,  0},
    [APIC_ICR_LOW]       = {BOTH,  BOTH,  ICR_BITS},
    [APIC_ICR_HIGH]      = {BOTH,  NONE,  0xFF000000},
    [APIC_LVT_TIMER]     = {BOTH,  BOTH,  0x700FF},
    [APIC_LVT_THERMAL]   = {BOTH,  BOTH,  0x107FF},
    [APIC_LVT_COUNTERS]  = {BOTH,  BOTH,  0x107FF},
    [APIC_LVT_LINT0]     = {BOTH,  BOTH,  0x1A7FF},
    [APIC_LVT_LINT1]     = {BOTH,  BOTH,  0x1A7FF},
    [APIC_LVT_ERROR]     = {BOTH,  BOTH,  0x100FF},
    [APIC_TIMER_INITIAL] = {BOTH,  BOTH,  0xFFFFFFFF},
    [APIC_TIMER_CURRENT] = {READ,  READ,  0},
    [APIC_TIMER_DIVIDE]  = {BOTH,  BOTH,  0xB},
    [APIC_SELF_IPI]      = {NONE,  WRITE, 0xFF},
    // clang-format on
};

// ISR, TMR and IRR, eight of each, are between the others. In service, level-triggered, requested.
static bool is_bits(unsigned reg)
{
    return reg >= APIC_ISR && reg < APIC_IRR + 8;
}

// All but IA32_APIC_BASE, and what its owner has chosen.
static void registers_reset(struct apic *apic)
{
    *apic = (struct apic){
        .no_x2 = apic->no_x2, .base = apic->base, .dfr = 0xFFFFFFFF, .spurious = 0xFF};
    for (unsigned i = 0; i < APIC_LVTS; i++)
        apic->lvt[i] = LVT_MASKED;
}

void apic_reset(struct apic *apic)
{
    *apic = (struct apic){.base = APIC_GPA | APIC_BASE_ENABLE | APIC_BASE_BSP};
    registers_reset(apic);
}

void apic_virtual_wire(struct apic *apic)
{
    apic->spurious |= APIC_SOFTWARE_ENABLED;
    *apic_lvt(apic, APIC_LVT_LINT0) = DELIVER_EXTINT << 8;
    *apic_lvt(apic, APIC_LVT_LINT1) = DELIVER_NMI << 8;
}

// ---------------------------------------------------------------------------------------------------
// Registers

static uint32_t read_register(struct apic *apic, unsigned reg, uint64_t now)
{
    apic_tick(apic, now);
    switch (reg) {
    case APIC_ID: return 0;
    case APIC_VERSION: return VERSION;
    case APIC_TPR: return apic->tpr;
    case APIC_APR: return 0;  // of a bus that is gone
    case APIC_PPR: return apic_priority(apic);
    case APIC_LDR: return apic_is_x2(apic) ? 1 : apic->ldr;
    case APIC_DFR: return apic->dfr;
    case APIC_SPURIOUS: return apic->spurious;
    case APIC_ESR: return apic->esr;
    case APIC_ICR_LOW: return (uint32_t)apic->icr;
    case APIC_ICR_HIGH: return (uint32_t)(apic->icr >> 32);
    case APIC_TIMER_INITIAL: return apic->initial;
    case APIC_TIMER_CURRENT: return apic_timer_count(apic, now);
    case APIC_TIMER_DIVIDE: return apic->divide;
    default: break;
    }
    if (!is_bits(reg))
        return *apic_lvt(apic, reg);
    return (reg < APIC_TMR ? apic->isr : reg < APIC_IRR ? apic->tmr : apic->irr)[reg % 8];
}

// While the APIC is software-disabled all of its entries are masked, and stay so until each is
// written again.
static void spurious_write(struct apic *apic, uint32_t value)
{
    apic->spurious = value;
    if (!(value & APIC_SOFTWARE_ENABLED))
        for (unsigned i = 0; i < APIC_LVTS; i++)
            apic->lvt[i] |= LVT_MASKED;
}

static void lvt_write(struct apic *apic, unsigned reg, uint32_t value)
{
    uint32_t *entry = apic_lvt(apic, reg);
    uint32_t kept = *entry & (LVT_PENDING | LVT_REMOTE_IRR);

    value |= kept;
    if (!(apic->spurious & APIC_SOFTWARE_ENABLED))
        value |= LVT_MASKED;
    if (reg == APIC_LVT_TIMER)
        apic_timer_lvt(apic, value);
    *entry = value;
    if (reg == APIC_LVT_LINT0)
        apic_lint0_update(apic);
}

static void write_register(struct apic *apic, unsigned reg, uint32_t value, uint64_t now)
{
    apic_tick(apic, now);
    value &= rows[reg].bits;
    switch (reg) {
    case APIC_TPR: apic->tpr = value; break;
    case APIC_EOI: apic_end_of_interrupt(apic); break;
    case APIC_LDR: apic->ldr = value; break;
    case APIC_DFR: apic->dfr = value | 0x0FFFFFFF; break;
    case APIC_SPURIOUS: spurious_write(apic, value); break;
    case APIC_ESR: apic->esr = apic->errors, apic->errors = 0; break;
    case APIC_ICR_LOW:
        apic->icr = (apic->icr >> 32 << 32) | value;
        apic_send(apic, apic->icr);
        break;
    case APIC_ICR_HIGH: apic->icr = (uint64_t)value << 32 | (uint32_t)apic->icr; break;
    case APIC_TIMER_INITIAL: apic_timer_start(apic, value, now); break;
    case APIC_TIMER_DIVIDE: apic_timer_divide(apic, value, now); break;
    case APIC_SELF_IPI: apic_send(apic, ICR_SELF | value); break;
    default: lvt_write(apic, reg, value); break;
    }
}

uint32_t apic_read(struct apic *apic, uint32_t offset, unsigned size, uint64_t now)
{
    unsigned reg = offset / 16 % 256;

    if (size != 4 || offset % 16)
        return 0;
    if (rows[reg].page & READ || is_bits(reg))
        return read_register(apic, reg, now);
    if (rows[reg].page == NONE)
        apic_error(apic, APIC_ERROR_REGISTER);
    return 0;
}

void apic_write(struct apic *apic, uint32_t offset, unsigned size, uint32_t value, uint64_t now)
{
    unsigned reg = offset / 16 % 256;

    if (size != 4 || offset % 16)
        return;
    if (rows[reg].page & WRITE)
        write_register(apic, reg, value, now);
    else if (rows[reg].page == NONE && !is_bits(reg))
        apic_error(apic, APIC_ERROR_REGISTER);
}

// ---------------------------------------------------------------------------------------------------
// MSRs. Source: SDM Vol. 3, "x2APIC Register Address Space", "x2APIC Register Availability",
// "x2APIC State Transitions".

// Bits that may be 1 in what is written: those of the page, those that are only read, and for an
// IPI the destination.
static uint64_t msr_bits(unsigned reg)
{
    uint64_t bits = rows[reg].bits;

    if (reg >= APIC_LVT_TIMER && reg <= APIC_LVT_ERROR)
        bits |= LVT_PENDING;
    if (reg == APIC_LVT_LINT0 || reg == APIC_LVT_LINT1)
        bits |= LVT_REMOTE_IRR;
    return reg == APIC_ICR_LOW ? bits | 0xFFFFFFFFull << 32 : bits;
}

// From off the only way is to xAPIC, and x2APIC ends only by switching off.
static bool base_write(struct apic *apic, uint64_t value, unsigned width)
{
    uint64_t defined = APIC_BASE_BSP | APIC_BASE_X2 | APIC_BASE_ENABLE;
    bool on = value & APIC_BASE_ENABLE, x2 = value & APIC_BASE_X2;

    defined |= ((1ull << width) - 1) & ~(APIC_SIZE - 1ull);
    if (value & ~defined || (x2 && (!on || !apic_is_on(apic) || apic->no_x2)) ||
        (on && !x2 && apic_is_x2(apic)))
        return false;
    if (!on)
        registers_reset(apic);
    apic->base = value;
    return true;
}

bool apic_msr_read(struct apic *apic, uint32_t msr, uint64_t now, uint64_t *value)
{
    unsigned reg = msr - MSR_X2APIC_FIRST;

    if (msr == MSR_APIC_BASE) {
        *value = apic->base;
    } else if (msr == MSR_TSC_DEADLINE) {
        apic_tick(apic, now);
        *value = apic_deadline(apic);
    } else if (!apic_is_x2(apic) || !(rows[reg].msr & READ || is_bits(reg))) {
        return false;
    } else if (reg == APIC_ICR_LOW) {
        *value = apic->icr;
    } else {
        *value = read_register(apic, reg, now);
    }
    return true;
}

bool apic_msr_write(struct apic *apic, uint32_t msr, uint64_t value, unsigned width, uint64_t now)
{
    unsigned reg = msr - MSR_X2APIC_FIRST;

    if (msr == MSR_APIC_BASE)
        return base_write(apic, value, width);
    if (msr == MSR_TSC_DEADLINE) {
        apic_tick(apic, now);
        apic_deadline_set(apic, value);
        return true;
    }
    if (!apic_is_x2(apic) || !(rows[reg].msr & WRITE) || value & ~msr_bits(reg))
        return false;
    if (reg == APIC_ICR_LOW)
        apic->icr = value >> 32 << 32;
    write_register(apic, reg, (uint32_t)value, now);
    return true;
}
