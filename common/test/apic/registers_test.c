// The local APIC of common/pc/apic: all of its 256 registers, in both modes, and every bit of each.
// Sources: SDM Vol. 3, "Local APIC Register Address Map", "x2APIC Register Address Space", and the
// figure of each register.

#include "common/pc/apic/apic.h"
#include "common/test/tap.h"

#define REGISTERS 256

enum can { NOTHING, R, W, RW };

// `kept` are the bits that a write of ones leaves in the page; `taken` those that an MSR may be
// written as 1. There a reserved bit is #GP, and what software only reads is ignored. The rest is
// 0; 2Fh, LVT CMCI, is one entry more than ours.
static const struct row {
    unsigned reg, count;
    const char *name;
    enum can page, msr;
    uint32_t kept;
    uint64_t taken;
} rows[] = {
    // clang-format off
    {0x02, 1, "ID",                  R,  R,       0,          0},
    {0x03, 1, "version",             R,  R,       0x50014,    0},
    {0x08, 1, "TPR",                 RW, RW,      0xFF,       0xFF},
    {0x09, 1, "APR",                 R,  NOTHING, 0,          0},
    {0x0A, 1, "PPR",                 R,  R,       0,          0},
    {0x0B, 1, "EOI",                 W,  W,       0,          0},
    {0x0D, 1, "LDR",                 RW, R,       0xFF000000, 0},
    {0x0E, 1, "DFR",                 RW, NOTHING, 0xFFFFFFFF, 0},
    {0x0F, 1, "spurious vector",     RW, RW,      0x1FF,      0x1FF},
    {0x10, 8, "ISR",                 R,  R,       0,          0},
    {0x18, 8, "TMR",                 R,  R,       0,          0},
    {0x20, 8, "IRR",                 R,  R,       0,          0},
    {0x28, 1, "ESR",                 RW, RW,      0,          0},
    {0x30, 1, "ICR",                 RW, RW,      0xCCFFF,    0xFFFFFFFF000CCFFF},
    {0x31, 1, "upper half of ICR",   RW, NOTHING, 0xFF000000, 0},
    {0x32, 1, "LVT timer",           RW, RW,      0x700FF,    0x710FF},
    {0x33, 1, "LVT thermal",         RW, RW,      0x107FF,    0x117FF},
    {0x34, 1, "LVT counters",        RW, RW,      0x107FF,    0x117FF},
    {0x35, 1, "LVT LINT0",           RW, RW,      0x1A7FF,    0x1F7FF},
    {0x36, 1, "LVT LINT1",           RW, RW,      0x1A7FF,    0x1F7FF},
    {0x37, 1, "LVT error",           RW, RW,      0x100FF,    0x110FF},
    {0x38, 1, "initial count",       RW, RW,      0xFFFFFFFF, 0xFFFFFFFF},
    {0x39, 1, "current count",       R,  R,       0,          0},
    {0x3E, 1, "divide",              RW, RW,      0xB,        0xB},
    {0x3F, 1, "SELF IPI",            NOTHING, W,  0,          0xFF},
    // clang-format on
};

static struct row row_of(unsigned reg)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (reg - rows[i].reg < rows[i].count)
            return rows[i];
    return (struct row){.name = "none"};
}

// Software-enabled, in this mode, at time 0.
static struct apic ready(bool x2)
{
    struct apic apic;

    apic_reset(&apic);
    apic_write(&apic, APIC_SPURIOUS * 16, 4, 0x1FF, 0);
    if (x2)
        apic_msr_write(&apic, MSR_APIC_BASE, apic.base | APIC_BASE_X2, 39, 0);
    return apic;
}

static bool x2_out(struct apic *apic, unsigned reg, uint64_t value)
{
    return apic_msr_write(apic, MSR_X2APIC_FIRST + reg, value, 39, 0);
}

static uint32_t illegal_registers(struct apic *apic)
{
    apic_write(apic, APIC_ESR * 16, 4, 0, 0);
    return apic_read(apic, APIC_ESR * 16, 4, 0) & 0x80;
}

static void test_page(unsigned reg, const struct row *row)
{
    struct apic apic = ready(false);
    uint32_t illegal = row->page == NOTHING ? 0x80 : 0, value;

    apic_write(&apic, reg * 16, 4, 0xFFFFFFFF, 0);
    value = apic_read(&apic, reg * 16, 4, 0);
    is_int(value, row->kept, "page, %02x, %s: ones are written", reg, row->name);
    apic = ready(false);
    apic_write(&apic, reg * 16, 4, 0, 0);
    is_int(illegal_registers(&apic), illegal, "page, %02x, %s: to write", reg, row->name);
    apic_read(&apic, reg * 16, 4, 0);
    is_int(illegal_registers(&apic), illegal, "page, %02x, %s: to read", reg, row->name);
}

static void test_msr(unsigned reg, const struct row *row)
{
    struct apic apic = ready(true);
    uint64_t taken = 0, value;

    is_int(apic_msr_read(&apic, MSR_X2APIC_FIRST + reg, 0, &value), row->msr & R,
           "x2APIC, %02x, %s: to read", reg, row->name);
    is_int(x2_out(&apic, reg, 0), !!(row->msr & W), "x2APIC, %02x, %s: to write", reg, row->name);
    for (unsigned bit = 0; bit < 64; bit++) {
        apic = ready(true);
        taken |= (uint64_t)x2_out(&apic, reg, 1ull << bit) << bit;
    }
    is_int(taken, row->taken, "x2APIC, %02x, %s: bit by bit", reg, row->name);
    apic = ready(false);
    ok(!apic_msr_read(&apic, MSR_X2APIC_FIRST + reg, 0, &value) && !x2_out(&apic, reg, 0),
       "xAPIC, %02x, %s: no MSR", reg, row->name);
}

int main(void)
{
    for (unsigned reg = 0; reg < REGISTERS; reg++) {
        struct row row = row_of(reg);

        test_page(reg, &row);
        test_msr(reg, &row);
    }
    return done_testing();
}
