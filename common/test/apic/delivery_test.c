// What the local APIC of common/pc/apic takes, of each delivery mode, by each way in, in each of
// its states. Sources: SDM Vol. 3, "Local APIC State After It Has Been Software Disabled",
// "Enabling or Disabling the Local APIC", "Valid Interrupt Vectors".

#include "common/pc/apic/apic.h"
#include "common/test/tap.h"

#define VECTOR 0x41

enum state { ON, X2, SOFTWARE_DISABLED, OFF, STATES };
static const char *const states[] = {"on", "x2APIC", "software-disabled", "off"};

enum way { IPI, MESSAGE, LINT1, WAYS };
static const char *const ways[] = {"an IPI", "a message", "LINT1"};

// While it is software-disabled, the entries of the LVT are masked, and only vectors are refused.
enum taken { NOTHING, A_VECTOR, AN_NMI, AN_INIT };
static const struct {
    const char *name;
    unsigned mode;
    enum taken taken;
} modes[] = {
    {"fixed", 0, A_VECTOR},   {"lowest priority", 1, A_VECTOR},
    {"SMI", 2, NOTHING},      {"reserved", 3, NOTHING},
    {"NMI", 4, AN_NMI},       {"INIT", 5, AN_INIT},
    {"start-up", 6, NOTHING}, {"ExtINT", 7, NOTHING},
};

static void msr(struct apic *apic, uint32_t number, uint64_t value)
{
    apic_msr_write(apic, number, value, 39, 0);
}

static void out(struct apic *apic, unsigned reg, uint32_t value)
{
    apic_is_x2(apic) ? msr(apic, MSR_X2APIC_FIRST + reg, value)
                     : apic_write(apic, reg * 16, 4, value, 0);
}

static struct apic in_state(enum state state)
{
    struct apic apic;

    apic_reset(&apic);
    if (state == X2)
        msr(&apic, MSR_APIC_BASE, apic.base | APIC_BASE_X2);
    if (state == OFF)
        msr(&apic, MSR_APIC_BASE, apic.base & ~(uint64_t)APIC_BASE_ENABLE);
    if (state != SOFTWARE_DISABLED)
        out(&apic, APIC_SPURIOUS, 0x1FF);
    return apic;
}

// What comes of this, sent to CPU 0.
static enum taken send(struct apic *apic, enum way way, uint32_t message)
{
    if (way == IPI)
        out(apic, APIC_ICR_LOW, 1u << 14 | message);
    if (way == MESSAGE)
        apic_message(apic, message, 0, false);
    if (way == LINT1) {
        out(apic, APIC_LVT_LINT1, message);
        apic_lint(apic, 1, true);
    }
    return apic_pending(apic) == VECTOR ? A_VECTOR
           : apic->nmi                  ? AN_NMI
           : apic->init                 ? AN_INIT
                                        : NOTHING;
}

static void test_delivery(void)
{
    for (enum state state = 0; state < STATES; state++)
        for (enum way way = 0; way < WAYS; way++)
            for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
                struct apic apic = in_state(state);
                enum taken want = modes[i].taken;

                if (way == LINT1 && modes[i].mode == 1)
                    continue;  // no entry of the LVT has it
                // Without an APIC nobody reads the LVT, and there is no register to write.
                if (state == OFF ||
                    (state == SOFTWARE_DISABLED && (way == LINT1 || want == A_VECTOR)))
                    want = NOTHING;
                is_int(send(&apic, way, modes[i].mode << 8 | VECTOR), want, "%s: %s, %s",
                       states[state], ways[way], modes[i].name);
            }
}

// What was requested, and what is in service, is held while the APIC is software-disabled, and can
// be taken and ended.
static void test_held(void)
{
    struct apic apic = in_state(ON);

    out(&apic, APIC_ICR_LOW, 1u << 18 | 0x30);
    out(&apic, APIC_ICR_LOW, 1u << 18 | VECTOR);
    apic_acknowledge(&apic, VECTOR);
    out(&apic, APIC_SPURIOUS, 0xFF);
    is_int(apic_read(&apic, (APIC_ISR + 2) * 16, 4, 0), 2, "software-disabled: in service stays");
    is_int(apic_read(&apic, (APIC_IRR + 1) * 16, 4, 0), 1u << 16, "and so does a request");
    out(&apic, APIC_EOI, 0);
    is_int(apic_pending(&apic), 0x30, "one ends, and the other comes");
}

// The I/O APIC hears of the end of levels, and of no other.
static void test_ends(void)
{
    for (int level = 0; level < 2; level++) {
        struct apic apic = in_state(ON);

        apic_message(&apic, VECTOR, 0, level);
        apic_acknowledge(&apic, VECTOR);
        is_int(apic.ended, 0, "%s: not yet ended", level ? "a level" : "an edge");
        out(&apic, APIC_EOI, 0);
        is_int(apic.ended, level, "%s: who hears of its end", level ? "a level" : "an edge");
        is_int(apic.ended_vector, VECTOR, "%s: its vector", level ? "a level" : "an edge");
        apic.ended = false;
        out(&apic, APIC_EOI, 0);
        is_int(apic.ended, 0, "%s: it ends once", level ? "a level" : "an edge");
    }
}

// Those below 16 are an error of the sender, or of the receiver.
static void test_vectors(void)
{
    for (unsigned vector = 0; vector < 18; vector++) {
        struct apic sent = in_state(ON), x2 = in_state(X2), received = in_state(ON);
        bool legal = vector >= 16;
        uint64_t esr;

        out(&sent, APIC_ICR_LOW, 1u << 18 | vector);
        out(&sent, APIC_ESR, 0);
        is_int(apic_read(&sent, APIC_ESR * 16, 4, 0), legal ? 0 : 0x20, "vector %u by IPI", vector);
        out(&x2, APIC_SELF_IPI, vector);
        out(&x2, APIC_ESR, 0);
        apic_msr_read(&x2, MSR_X2APIC_FIRST + APIC_ESR, 0, &esr);
        is_int(esr, legal ? 0 : 0x20, "vector %u by SELF IPI", vector);
        apic_message(&received, vector, 0, false);
        out(&received, APIC_ESR, 0);
        is_int(apic_read(&received, APIC_ESR * 16, 4, 0), legal ? 0 : 0x40,
               "vector %u by a message", vector);
        is_int(apic_pending(&sent) != APIC_NOTHING, apic_pending(&x2) == (int)vector,
               "vector %u: IPIs agree", vector);
        is_int(apic_pending(&received), legal ? (int)vector : APIC_NOTHING,
               "vector %u: who takes it", vector);
    }
}

int main(void)
{
    test_delivery();
    test_held();
    test_ends();
    test_vectors();
    return done_testing();
}
