// The local APIC of common/pc/apic, register by register. Each test names the section of the SDM,
// Vol. 3, that it stands on.

#include "common/pc/apic/apic.h"
#include "common/test/tap.h"

#define MASKED   0x10000u
#define PERIODIC 0x20000u
#define DEADLINE 0x40000u

#define WIDTH 39  // bits of a physical address

static uint64_t now;

static uint32_t in(struct apic *apic, unsigned reg)
{
    return apic_read(apic, reg * 16, 4, now);
}

static void out(struct apic *apic, unsigned reg, uint32_t value)
{
    apic_write(apic, reg * 16, 4, value, now);
}

static bool msr_out(struct apic *apic, uint32_t msr, uint64_t value)
{
    return apic_msr_write(apic, msr, value, WIDTH, now);
}

// A value that no register has: #GP.
#define GP UINT64_C(0xDEAD00000000)

static uint64_t msr_in(struct apic *apic, uint32_t msr)
{
    uint64_t value;

    return apic_msr_read(apic, msr, now, &value) ? value : GP;
}

static bool x2_out(struct apic *apic, unsigned reg, uint64_t value)
{
    return msr_out(apic, MSR_X2APIC_FIRST + reg, value);
}

static uint64_t x2_in(struct apic *apic, unsigned reg)
{
    return msr_in(apic, MSR_X2APIC_FIRST + reg);
}

static struct apic ready(void)
{
    struct apic apic;

    now = 1000;
    apic_reset(&apic);
    out(&apic, APIC_SPURIOUS, 0x1FF);
    return apic;
}

static struct apic ready_x2(void)
{
    struct apic apic = ready();

    msr_out(&apic, MSR_APIC_BASE, apic.base | APIC_BASE_X2);
    return apic;
}

static void self_ipi(struct apic *apic, uint8_t vector)
{
    out(apic, APIC_ICR_LOW, 0x40000u | vector);
}

static int take(struct apic *apic)
{
    int vector = apic_pending(apic);

    if (vector != APIC_NOTHING)
        apic_acknowledge(apic, (uint8_t)vector);
    return vector;
}

// "Local APIC State After Power-Up or Reset".
static void test_reset(void)
{
    struct apic apic;

    memset(&apic, 0xAA, sizeof(apic));
    apic_reset(&apic);
    is_int(msr_in(&apic, MSR_APIC_BASE), 0xFEE00900, "reset: on, at its address, of the first CPU");
    is_int(in(&apic, APIC_ID), 0, "reset: ID");
    is_int(in(&apic, APIC_VERSION), 0x50014, "six entries of the LVT, integrated");
    is_int(in(&apic, APIC_SPURIOUS), 0xFF, "reset: software-disabled");
    is_int(in(&apic, APIC_DFR), 0xFFFFFFFF, "reset: DFR is all ones");
    for (unsigned reg = APIC_LVT_TIMER; reg <= APIC_LVT_ERROR; reg++)
        is_int(in(&apic, reg), MASKED, "reset: LVT entry %x is masked", reg);
    is_int(in(&apic, APIC_TPR) | in(&apic, APIC_PPR) | in(&apic, APIC_ESR) | in(&apic, APIC_LDR) |
               in(&apic, APIC_ICR_LOW) | in(&apic, APIC_ICR_HIGH) | in(&apic, APIC_TIMER_INITIAL) |
               in(&apic, APIC_TIMER_CURRENT) | in(&apic, APIC_TIMER_DIVIDE),
           0, "reset: the rest is 0");
    is_int(apic_pending(&apic), APIC_NOTHING, "and nothing is pending");
    is_int(apic_takes_extint(&apic), 0, "LINT0 is masked");
    apic_virtual_wire(&apic);
    is_int(apic_takes_extint(&apic), 1, "virtual wire: the 8259 reaches the CPU");
    is_int(in(&apic, APIC_LVT_LINT1), 0x400, "and LINT1 is NMI");
}

// "Local APIC Register Address Map".
static void test_accesses(void)
{
    struct apic apic = ready();

    out(&apic, APIC_TPR, 0x12345678);
    is_int(in(&apic, APIC_TPR), 0x78, "TPR has eight bits");
    is_int(apic_cr8(&apic), 7, "CR8 is the upper half of TPR");
    apic_cr8_set(&apic, 0xA);
    is_int(in(&apic, APIC_TPR), 0xA0, "and the other way round");
    out(&apic, APIC_LDR, 0xFFFFFFFF);
    is_int(in(&apic, APIC_LDR), 0xFF000000, "LDR has eight bits");
    out(&apic, APIC_DFR, 0);
    is_int(in(&apic, APIC_DFR), 0x0FFFFFFF, "DFR's lower bits are ones");
    out(&apic, APIC_ID, 0xFF000000);
    is_int(in(&apic, APIC_ID), 0, "ID is only read");
    apic_write(&apic, APIC_TPR * 16, 1, 0x11, now);
    apic_write(&apic, APIC_TPR * 16 + 4, 4, 0x22, now);
    is_int(in(&apic, APIC_TPR), 0xA0, "other sizes and addresses write nothing");
    is_int(apic_read(&apic, APIC_TPR * 16, 2, now), 0, "and read 0");
    for (unsigned reg = APIC_LVT_TIMER; reg <= APIC_LVT_ERROR; reg++) {
        static const uint32_t bits[] = {0x700FF, 0x107FF, 0x107FF, 0x1A7FF, 0x1A7FF, 0x100FF};

        out(&apic, reg, 0xFFFFFFFF);
        is_int(in(&apic, reg), bits[reg - APIC_LVT_TIMER], "LVT entry %x has its bits", reg);
    }
    out(&apic, APIC_LVT_THERMAL, 0x20);
    out(&apic, APIC_SPURIOUS, 0xFF);
    is_int(in(&apic, APIC_LVT_THERMAL), MASKED | 0x20, "software-disabled: masked");
    out(&apic, APIC_LVT_THERMAL, 0x20);
    is_int(in(&apic, APIC_LVT_THERMAL), MASKED | 0x20, "and nobody can change that");
    self_ipi(&apic, 0x40);
    is_int(apic_pending(&apic), APIC_NOTHING, "nor send an interrupt");
}

// "Task and Processor Priorities", "Interrupt Acceptance for Fixed Interrupts", "Signaling
// Interrupt Servicing Completion".
static void test_priority(void)
{
    struct apic apic = ready();

    self_ipi(&apic, 0x31);
    self_ipi(&apic, 0x35);
    self_ipi(&apic, 0x82);
    is_int(in(&apic, APIC_IRR + 1), 0x22u << 16, "two requests in a word");
    is_int(in(&apic, APIC_IRR + 4), 4, "and one in another");
    is_int(take(&apic), 0x82, "the highest vector first");
    is_int(in(&apic, APIC_ISR + 4), 4, "it is in service");
    is_int(in(&apic, APIC_PPR), 0x80, "PPR is its class");
    is_int(take(&apic), APIC_NOTHING, "lower classes wait");
    self_ipi(&apic, 0x8F);
    is_int(take(&apic), APIC_NOTHING, "and so does the same class");
    self_ipi(&apic, 0x90);
    is_int(take(&apic), 0x90, "a higher one doesn't");
    out(&apic, APIC_EOI, 0);
    is_int(take(&apic), APIC_NOTHING, "EOI ends the highest in service");
    out(&apic, APIC_EOI, 0);
    is_int(take(&apic), 0x8F, "then the next is served");
    out(&apic, APIC_EOI, 0);
    out(&apic, APIC_TPR, 0x35);
    is_int(take(&apic), APIC_NOTHING, "TPR keeps out its class and those below");
    is_int(in(&apic, APIC_PPR), 0x35, "PPR is TPR then");
    out(&apic, APIC_TPR, 0x2F);
    is_int(take(&apic), 0x35, "not those above");
    out(&apic, APIC_TPR, 0x3F);
    is_int(in(&apic, APIC_PPR), 0x3F, "of the same class: TPR, whole");
    out(&apic, APIC_TPR, 0);
    out(&apic, APIC_EOI, 0);
    is_int(take(&apic), 0x31, "the last");
    self_ipi(&apic, 0x31);
    self_ipi(&apic, 0x31);
    out(&apic, APIC_EOI, 0);
    is_int(take(&apic), 0x31, "while one is served, another waits");
    out(&apic, APIC_EOI, 0);
    is_int(take(&apic), APIC_NOTHING, "and a third is the second");
    out(&apic, APIC_EOI, 0);
    is_int(in(&apic, APIC_PPR), 0, "an EOI with nothing in service does nothing");
}

// "Error Handling".
static void test_errors(void)
{
    struct apic apic = ready();

    out(&apic, APIC_LVT_ERROR, 0xE0);
    out(&apic, 0x7, 0);
    is_int(in(&apic, APIC_ESR), 0, "ESR shows errors once it is written");
    is_int(take(&apic), 0xE0, "the error interrupt comes at once");
    out(&apic, APIC_EOI, 0);
    in(&apic, 0x2F);
    is_int(take(&apic), APIC_NOTHING, "and once until ESR is written");
    out(&apic, APIC_ESR, 0);
    is_int(in(&apic, APIC_ESR), 0x80, "no such register");
    out(&apic, APIC_ESR, 0);
    is_int(in(&apic, APIC_ESR), 0, "and then it is 0");
    self_ipi(&apic, 15);
    out(&apic, APIC_ESR, 0);
    is_int(in(&apic, APIC_ESR), 0x20, "a vector below 16 is sent by nobody");
    is_int(take(&apic), 0xE0, "and that is an error as well");
    out(&apic, APIC_EOI, 0);
    out(&apic, APIC_LVT_TIMER, 0x0F);
    out(&apic, APIC_TIMER_INITIAL, 1);
    now += 10;
    apic_tick(&apic, now);
    out(&apic, APIC_ESR, 0);
    is_int(in(&apic, APIC_ESR), 0x40, "nor received");
    out(&apic, APIC_LVT_ERROR, 3);
    out(&apic, 0x7, 0);
    out(&apic, APIC_ESR, 0);
    is_int(in(&apic, APIC_ESR), 0xC0, "an error whose own vector is bad");
}

// "Divide Configuration Register", "APIC Timer".
static void test_timer(void)
{
    static const struct {
        uint32_t divide, by;
    } rows[] = {{0, 2}, {1, 4}, {2, 8}, {3, 16}, {8, 32}, {9, 64}, {0xA, 128}, {0xB, 1}};
    struct apic apic = ready();

    out(&apic, APIC_LVT_TIMER, 0x50);
    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        out(&apic, APIC_TIMER_DIVIDE, rows[i].divide);
        out(&apic, APIC_TIMER_INITIAL, 1000);
        now += 10 * rows[i].by;
        is_int(in(&apic, APIC_TIMER_CURRENT), 990, "divided by %u", rows[i].by);
    }
    out(&apic, APIC_TIMER_INITIAL, 100);
    is_int(apic_timer_next(&apic), now + 100, "it is known when it ends");
    now += 99;
    is_int(in(&apic, APIC_TIMER_CURRENT), 1, "one left");
    is_int(take(&apic), APIC_NOTHING, "not yet");
    now++;
    is_int(in(&apic, APIC_TIMER_CURRENT), 0, "none left");
    is_int(take(&apic), 0x50, "one shot ...");
    out(&apic, APIC_EOI, 0);
    is_int(apic_timer_next(&apic), APIC_NEVER, "... is one");
    is_int(in(&apic, APIC_TIMER_INITIAL), 100, "the initial count stays");

    out(&apic, APIC_LVT_TIMER, PERIODIC | 0x51);
    out(&apic, APIC_TIMER_INITIAL, 100);
    now += 250;
    is_int(in(&apic, APIC_TIMER_CURRENT), 50, "periodic: it goes on");
    is_int(apic_timer_next(&apic), APIC_NEVER, "a request that is there need not be waited for");
    is_int(take(&apic), 0x51, "twice missed is one interrupt");
    is_int(apic_timer_next(&apic), now + 50, "and the beat is kept");
    out(&apic, APIC_TIMER_DIVIDE, 0);
    is_int(in(&apic, APIC_TIMER_CURRENT), 50, "another divisor keeps the count");
    is_int(apic_timer_next(&apic), now + 100, "which takes twice as long then");
    apic_tsc_move(&apic, 5000);
    now += 5000;
    is_int(in(&apic, APIC_TIMER_CURRENT), 50, "and the guest's TSC has no part in it");
    out(&apic, APIC_LVT_TIMER, MASKED | PERIODIC | 0x51);
    is_int(apic_timer_next(&apic), APIC_NEVER, "masked: nobody waits");
    now += 150;
    is_int(in(&apic, APIC_TIMER_CURRENT), 75, "but it counts on");
    out(&apic, APIC_TIMER_INITIAL, 0);
    is_int(in(&apic, APIC_TIMER_CURRENT), 0, "0 stops it");
}

// "TSC-Deadline Mode".
static void test_deadline(void)
{
    struct apic apic = ready();

    out(&apic, APIC_LVT_TIMER, 0x60);
    is_int(msr_out(&apic, MSR_TSC_DEADLINE, 5), 1, "in another mode a deadline is no fault ...");
    is_int(msr_in(&apic, MSR_TSC_DEADLINE), 0, "... and nothing else");
    out(&apic, APIC_TIMER_INITIAL, 100);
    out(&apic, APIC_LVT_TIMER, DEADLINE | 0x60);
    is_int(apic_timer_next(&apic), APIC_NEVER, "the change of mode stops the timer");
    out(&apic, APIC_TIMER_INITIAL, 100);
    is_int(in(&apic, APIC_TIMER_INITIAL), 0, "there is no initial count");
    msr_out(&apic, MSR_TSC_DEADLINE, now + 70);
    is_int(msr_in(&apic, MSR_TSC_DEADLINE), now + 70, "the deadline is read back");
    is_int(in(&apic, APIC_TIMER_CURRENT), 0, "but no count");
    apic_tsc_move(&apic, 30);
    now += 30;
    is_int(apic_timer_next(&apic), now + 40, "when the TSC moves the deadline doesn't");
    now += 40;
    apic_tick(&apic, now);
    is_int(take(&apic), 0x60, "it comes");
    out(&apic, APIC_EOI, 0);
    is_int(msr_in(&apic, MSR_TSC_DEADLINE), 0, "and is over");
    msr_out(&apic, MSR_TSC_DEADLINE, 1);
    apic_tick(&apic, now);
    is_int(take(&apic), 0x60, "one in the past comes at once");
    out(&apic, APIC_EOI, 0);
    msr_out(&apic, MSR_TSC_DEADLINE, now + 70);
    msr_out(&apic, MSR_TSC_DEADLINE, 0);
    is_int(apic_timer_next(&apic), APIC_NEVER, "0 takes it back");
    msr_out(&apic, MSR_TSC_DEADLINE, now + 70);
    out(&apic, APIC_LVT_TIMER, PERIODIC | 0x60);
    is_int(apic_timer_next(&apic), APIC_NEVER, "and so does a change of mode");
}

// "Local Vector Table".
static void test_pins(void)
{
    struct apic apic = ready();

    apic_lint(&apic, 0, true);
    out(&apic, APIC_LVT_LINT0, 0x71);
    is_int(take(&apic), APIC_NOTHING, "LINT0 by edges: a level is none");
    apic_lint(&apic, 0, false);
    apic_lint(&apic, 0, true);
    is_int(take(&apic), 0x71, "an edge");
    is_int(in(&apic, APIC_TMR + 3), 0, "TMR says so");
    out(&apic, APIC_EOI, 0);
    out(&apic, APIC_LVT_LINT0, 0x8071);
    is_int(take(&apic), 0x71, "by levels: at once");
    is_int(in(&apic, APIC_TMR + 3), 1u << 17, "TMR says so, too");
    is_int(in(&apic, APIC_LVT_LINT0), 0xC071, "remote IRR");
    is_int(take(&apic), APIC_NOTHING, "once");
    out(&apic, APIC_EOI, 0);
    is_int(take(&apic), 0x71, "and again while it is high");
    apic_lint(&apic, 0, false);
    out(&apic, APIC_EOI, 0);
    is_int(take(&apic), APIC_NOTHING, "not when it is low");
    apic_lint(&apic, 1, true);
    is_int(apic.nmi, 0, "LINT1 is masked");
    apic_lint(&apic, 1, false);
    out(&apic, APIC_LVT_LINT1, 0x400);
    apic_lint(&apic, 1, true);
    is_int(apic.nmi, 1, "LINT1 is NMI");
    out(&apic, APIC_LVT_LINT0, 0x700);
    is_int(apic_takes_extint(&apic), 1, "LINT0 is ExtINT");
    msr_out(&apic, MSR_APIC_BASE, APIC_GPA | APIC_BASE_BSP);
    is_int(apic_takes_extint(&apic), 1, "and without an APIC INTR is");
}

// "Determining IPI Destination", "Interrupt Command Register (ICR)".
static void test_ipis(void)
{
    static const struct {
        const char *name;
        uint32_t high, low, ldr, dfr;
        bool arrives;
    } rows[] = {
        {"to its ID", 0, 0, 0, 0xFFFFFFFF, true},
        {"to another", 1u << 24, 0, 0, 0xFFFFFFFF, false},
        {"to everybody", 0xFFu << 24, 0, 0, 0xFFFFFFFF, true},
        {"to itself, by shorthand", 1u << 24, 1u << 18, 0, 0xFFFFFFFF, true},
        {"to all", 1u << 24, 2u << 18, 0, 0xFFFFFFFF, true},
        {"to all others", 0, 3u << 18, 0, 0xFFFFFFFF, false},
        {"flat, a bit of ours", 6u << 24, 1u << 11, 2u << 24, 0xFFFFFFFF, true},
        {"flat, another", 4u << 24, 1u << 11, 2u << 24, 0xFFFFFFFF, false},
        {"cluster, ours", 0x32u << 24, 1u << 11, 0x36u << 24, 0x0FFFFFFF, true},
        {"cluster, not our bit", 0x31u << 24, 1u << 11, 0x36u << 24, 0x0FFFFFFF, false},
        {"another cluster", 0x22u << 24, 1u << 11, 0x36u << 24, 0x0FFFFFFF, false},
    };

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct apic apic = ready();

        out(&apic, APIC_LDR, rows[i].ldr);
        out(&apic, APIC_DFR, rows[i].dfr);
        out(&apic, APIC_ICR_HIGH, rows[i].high);
        out(&apic, APIC_ICR_LOW, rows[i].low | 0x41);
        is_int(take(&apic), rows[i].arrives ? 0x41 : APIC_NOTHING, "IPI: %s", rows[i].name);
        out(&apic, APIC_ICR_LOW, rows[i].low | 0x400);
        is_int(apic.nmi, rows[i].arrives, "NMI: %s", rows[i].name);
        out(&apic, APIC_ICR_LOW, rows[i].low | 0x8500);
        is_int(apic.init, 0, "INIT, de-asserted: %s", rows[i].name);
        out(&apic, APIC_ICR_LOW, rows[i].low | 0x4500);
        is_int(apic.init, rows[i].arrives, "INIT: %s", rows[i].name);
        is_int(in(&apic, APIC_ICR_LOW), rows[i].low | 0x4500, "the delivery status is idle");
    }
}

// "x2APIC State Transitions".
static void test_base(void)
{
    const uint64_t off = APIC_GPA | APIC_BASE_BSP, on = off | APIC_BASE_ENABLE;
    struct apic apic = ready();

    is_int(msr_out(&apic, MSR_APIC_BASE, on | 1), 0, "a reserved bit");
    is_int(msr_out(&apic, MSR_APIC_BASE, on | 1ull << WIDTH), 0, "an address that is too wide");
    is_int(msr_out(&apic, MSR_APIC_BASE, off | APIC_BASE_X2), 0, "x2APIC and off");
    out(&apic, APIC_TPR, 0x30);
    is_int(msr_out(&apic, MSR_APIC_BASE, on | APIC_BASE_X2), 1, "xAPIC to x2APIC");
    is_int(x2_in(&apic, APIC_TPR), 0x30, "keeps its registers");
    is_int(msr_out(&apic, MSR_APIC_BASE, on), 0, "there is no way back");
    is_int(msr_out(&apic, MSR_APIC_BASE, off), 1, "but by off");
    is_int(apic_is_on(&apic), 0, "which it is then");
    is_int(msr_out(&apic, MSR_APIC_BASE, on | APIC_BASE_X2), 0, "off to x2APIC");
    is_int(msr_out(&apic, MSR_APIC_BASE, on), 1, "off to xAPIC");
    is_int(in(&apic, APIC_TPR), 0, "as after reset");
    is_int(msr_out(&apic, MSR_APIC_BASE, 0xFEC00000 | APIC_BASE_ENABLE), 1, "another address");
    is_int(msr_in(&apic, MSR_APIC_BASE), 0xFEC00800, "is read back");
    is_int(x2_in(&apic, APIC_TPR), GP, "no MSRs in xAPIC mode");
    is_int(x2_out(&apic, APIC_TPR, 0), 0, "to write neither");
    apic = ready();
    apic.no_x2 = true;
    is_int(msr_out(&apic, MSR_APIC_BASE, on | APIC_BASE_X2), 0, "no x2APIC mode: no way there");
    is_int(msr_out(&apic, MSR_APIC_BASE, off), 1, "off");
    is_int(msr_out(&apic, MSR_APIC_BASE, on), 1, "and on again");
    is_int(msr_out(&apic, MSR_APIC_BASE, on | APIC_BASE_X2), 0, "and still none");
}

// "x2APIC Register Address Space", "x2APIC Register Availability".
static void test_x2(void)
{
    struct apic apic = ready_x2();

    is_int(x2_in(&apic, APIC_ID), 0, "x2APIC: ID");
    is_int(x2_in(&apic, APIC_LDR), 1, "LDR follows from it");
    is_int(x2_in(&apic, APIC_DFR), GP, "no DFR");
    is_int(x2_in(&apic, APIC_ICR_HIGH), GP, "no upper half of ICR");
    is_int(x2_in(&apic, APIC_EOI), GP, "EOI is only written");
    is_int(x2_in(&apic, APIC_SELF_IPI), GP, "and so is SELF IPI");
    is_int(x2_in(&apic, 0xFF), GP, "no such register");
    is_int(x2_out(&apic, APIC_ID, 0), 0, "ID is only read");
    is_int(x2_out(&apic, APIC_LDR, 1), 0, "and so is LDR");
    is_int(x2_out(&apic, APIC_ISR, 0), 0, "and the ISR");
    is_int(x2_out(&apic, APIC_EOI, 1), 0, "EOI takes 0 only");
    is_int(x2_out(&apic, APIC_ESR, 1), 0, "and so does ESR");
    is_int(x2_out(&apic, APIC_TPR, 0x100), 0, "TPR's reserved bits are #GP");
    is_int(x2_out(&apic, APIC_LVT_TIMER, 0x100), 0, "and those of an LVT entry");
    is_int(x2_out(&apic, APIC_LVT_LINT0, 0x15700), 1, "not those that are only read");
    is_int(x2_out(&apic, APIC_TIMER_INITIAL, 1ull << 32), 0, "32 bits");
    is_int(x2_out(&apic, APIC_SELF_IPI, 0x55), 1, "SELF IPI");
    is_int(take(&apic), 0x55, "arrives");
    is_int(x2_in(&apic, APIC_ISR + 2), 1u << 21, "and is in service");
    is_int(x2_out(&apic, APIC_EOI, 0), 1, "EOI");
    is_int(x2_in(&apic, APIC_ISR + 2), 0, "ends it");
    is_int(x2_out(&apic, APIC_ICR_LOW, 0x41), 1, "IPI to CPU 0");
    is_int(take(&apic), 0x41, "arrives");
    x2_out(&apic, APIC_ICR_LOW, 1ull << 32 | 0x51);
    is_int(take(&apic), APIC_NOTHING, "to CPU 1 doesn't");
    is_int(x2_in(&apic, APIC_ICR_LOW), 1ull << 32 | 0x51, "the ICR has 64 bits");
    x2_out(&apic, APIC_ICR_LOW, 1ull << 32 | 0x851);
    is_int(take(&apic), 0x51, "logical: cluster 0, bit 0");
    x2_out(&apic, APIC_EOI, 0);
    x2_out(&apic, APIC_ICR_LOW, 0x10001ull << 32 | 0x851);
    is_int(take(&apic), APIC_NOTHING, "another cluster");
    x2_out(&apic, APIC_ICR_LOW, 0xFFFFFFFFull << 32 | 0x851);
    is_int(take(&apic), 0x51, "everybody");
    is_int(x2_out(&apic, APIC_ICR_LOW, 1u << 12), 0, "ICR's reserved bits");
}

int main(void)
{
    test_reset();
    test_accesses();
    test_priority();
    test_errors();
    test_timer();
    test_deadline();
    test_pins();
    test_ipis();
    test_base();
    test_x2();
    return done_testing();
}
