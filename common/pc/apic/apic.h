// The local APIC, the interrupt controller inside a CPU, as a state machine. Its owner tells it
// what the guest reads and writes, what comes in at its pins, and what time it is; it says which
// vector the CPU takes next. It knows no hypervisor and no clock; there is one CPU, so all IPIs but
// those to itself go nowhere.
//
//   8259 -> LINT0 -+- ExtINT: the vector is the 8259's, as if there were no APIC
//                  +- fixed --+
//   LINT1, NMI ----> apic.nmi |      IRR          above PPR          ISR
//   timer ---------> fixed ---+-> requests -> apic_pending/_acknowledge -> in service -> EOI
//   ICR, to itself -> fixed --+
//   error ---------> fixed ---+
//
// The rules for owners:
//  - `now` is the guest's TSC and never runs backwards but by apic_tsc_move(). Call apic_tick()
//    before asking for what is pending.
//  - After every call that isn't const, apic_pending() and apic_timer_next() may have changed.
//  - Acknowledge only right before the vector goes into the guest: it cannot be taken back.
//
// Taught in book/05_vmx_baremetal. Source: SDM Vol. 3, chapter "Advanced Programmable Interrupt
// Controller (APIC)".

#ifndef COMMON_PC_APIC_APIC_H
#define COMMON_PC_APIC_APIC_H

#include <stdbool.h>
#include <stdint.h>

#define APIC_GPA  0xFEE00000u  // where its registers are after reset ...
#define APIC_SIZE 0x1000       // ... one every 16 bytes, of 32 bits each

#define APIC_BASE_BSP    (1u << 8)   // the CPU that firmware starts on
#define APIC_BASE_X2     (1u << 10)  // registers are MSRs: x2APIC
#define APIC_BASE_ENABLE (1u << 11)

#define MSR_APIC_BASE    0x1B
#define MSR_TSC_DEADLINE 0x6E0
#define MSR_X2APIC_FIRST 0x800  // register n of the page is MSR 800h + n / 16
#define MSR_X2APIC_LAST  0x8FF

// Registers, as the page's offsets / 16.
enum apic_register {
    APIC_ID = 0x02,
    APIC_VERSION = 0x03,
    APIC_TPR = 0x08,
    APIC_APR = 0x09,
    APIC_PPR = 0x0A,
    APIC_EOI = 0x0B,
    APIC_LDR = 0x0D,
    APIC_DFR = 0x0E,
    APIC_SPURIOUS = 0x0F,
    APIC_ISR = 0x10,  // eight each
    APIC_TMR = 0x18,
    APIC_IRR = 0x20,
    APIC_ESR = 0x28,
    APIC_ICR_LOW = 0x30,
    APIC_ICR_HIGH = 0x31,
    APIC_LVT_TIMER = 0x32,
    APIC_LVT_THERMAL = 0x33,
    APIC_LVT_COUNTERS = 0x34,
    APIC_LVT_LINT0 = 0x35,
    APIC_LVT_LINT1 = 0x36,
    APIC_LVT_ERROR = 0x37,
    APIC_TIMER_INITIAL = 0x38,
    APIC_TIMER_CURRENT = 0x39,
    APIC_TIMER_DIVIDE = 0x3E,
    APIC_SELF_IPI = 0x3F,  // x2APIC only
};

#define APIC_LVTS         (APIC_LVT_ERROR - APIC_LVT_TIMER + 1)
#define APIC_FIRST_VECTOR 16  // those below are never an interrupt's

// Of an entry of the LVT.
#define APIC_DELIVERY (7u << 8)
#define APIC_EXTINT   (7u << 8)
#define APIC_MASKED   (1u << 16)

#define APIC_NEVER   UINT64_MAX
#define APIC_NOTHING (-1)

struct apic {
    bool no_x2;     // there is no x2APIC mode: its owner's choice, after apic_reset()
    uint64_t base;  // IA32_APIC_BASE
    uint32_t tpr, ldr, dfr, spurious, divide;
    uint32_t esr, errors;  // what a read returns, and what has gone wrong since the last write
    uint64_t icr;
    uint32_t lvt[APIC_LVTS];
    uint32_t irr[8], isr[8], tmr[8];  // one bit a vector
    unsigned requests;                // bits in irr
    uint32_t initial;                 // count of the timer
    uint64_t expires;                 // when it is at 0 next; 0: it stands
    bool lint[2];                     // levels of the two pins

    // For the owner, who clears them: the CPU gets an NMI, or INIT; a level-triggered interrupt has
    // ended, of which an I/O APIC has to hear, and its vector.
    bool nmi, init, ended;
    uint8_t ended_vector;
};

// The state after power-on of the CPU that firmware starts on, at APIC_GPA, with software-disabled
// vectors. What firmware then does is up to the owner: see apic_virtual_wire().
void apic_reset(struct apic *apic);

// What firmware leaves behind for a PC with an 8259: the APIC is on, LINT0 is ExtINT, LINT1 is NMI.
// Source: MultiProcessor Specification, "Virtual Wire Mode".
void apic_virtual_wire(struct apic *apic);

static inline bool apic_is_on(const struct apic *apic)
{
    return apic->base & APIC_BASE_ENABLE;
}

static inline bool apic_is_x2(const struct apic *apic)
{
    return apic->base & APIC_BASE_X2;
}

// Where the page of registers is, in xAPIC mode.
static inline uint64_t apic_page(const struct apic *apic)
{
    return apic->base & ~(APIC_SIZE - 1ull);
}

// An access to it. Only aligned accesses of 4 bytes are defined: others read 0
// and write nothing.
uint32_t apic_read(struct apic *apic, uint32_t offset, unsigned size, uint64_t now);
void apic_write(struct apic *apic, uint32_t offset, unsigned size, uint32_t value, uint64_t now);

// The MSRs: IA32_APIC_BASE, IA32_TSC_DEADLINE and those of x2APIC mode. `width` is the CPU's
// physical address width in bits. False: #GP, and nothing has changed.
bool apic_msr_read(struct apic *apic, uint32_t msr, uint64_t now, uint64_t *value);
bool apic_msr_write(struct apic *apic, uint32_t msr, uint64_t value, unsigned width, uint64_t now);

// CR8 is TPR, bits 7:4.
static inline uint64_t apic_cr8(const struct apic *apic)
{
    return apic->tpr >> 4;
}

static inline void apic_cr8_set(struct apic *apic, uint64_t cr8)
{
    apic->tpr = (uint32_t)(cr8 & 0xF) << 4;
}

// The level of pin LINT0, 8259's INTR, or LINT1.
void apic_lint(struct apic *apic, unsigned pin, bool level);

// Does INTR of the 8259 reach the CPU? It does without an APIC, and where LINT0 is ExtINT.
static inline bool apic_takes_extint(const struct apic *apic)
{
    uint32_t entry = apic->lvt[APIC_LVT_LINT0 - APIC_LVT_TIMER];

    return !apic_is_on(apic) || (entry & (APIC_MASKED | APIC_DELIVERY)) == APIC_EXTINT;
}

// A message of the I/O APIC: bits 11:0 as the ICR's, and whom it is for, in xAPIC's eight bits.
void apic_message(struct apic *apic, uint32_t message, uint8_t destination, bool level);

// The vector that the CPU takes as soon as it takes interrupts, or APIC_NOTHING. This one and
// apic_timer_next() are asked before every entry: inline, for nearly always there is nothing.
int apic_most_urgent(const struct apic *apic);

static inline int apic_pending(const struct apic *apic)
{
    return apic->requests ? apic_most_urgent(apic) : APIC_NOTHING;
}

// It takes it: from the request to in service.
void apic_acknowledge(struct apic *apic, uint8_t vector);

// The timer, up to `now`.
void apic_tick(struct apic *apic, uint64_t now);

// When apic_tick() would next make a request, or APIC_NEVER. One that is there already, or that
// nobody hears of, need not be waited for.
static inline uint64_t apic_timer_next(const struct apic *apic)
{
    uint32_t entry = apic->lvt[0];
    uint8_t vector = (uint8_t)entry;

    if (!apic->expires || entry & APIC_MASKED || vector < APIC_FIRST_VECTOR ||
        apic->irr[vector / 32] >> vector % 32 & 1)
        return APIC_NEVER;
    return apic->expires;
}

// The guest has moved its TSC by `by`. The timer counts on; a deadline stays where it is.
void apic_tsc_move(struct apic *apic, uint64_t by);

#endif
