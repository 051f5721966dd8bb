// What exits cost: see report.h. One guest in a machine's life is measured: the first.

#include "vmm/vcpu/report.h"

#include <string.h>

#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "kernel/memory/payload.h"

static struct {
    uint64_t first_entry, last_exit;  // ticks of the machine's TSC
    bool series;
    uint64_t next_sample;
    unsigned reason;  // of the last exit
    uint64_t ticks[REASON_COUNT];
} cost;

void cost_entry(void)
{
    uint64_t now = rdtsc();

    if (!cost.first_entry) {
        cost.first_entry = cost.next_sample = now;
        cost.series = strcmp(option("cost", ""), "series") == 0;
    } else if (cost.reason < REASON_COUNT)
        cost.ticks[cost.reason] += now - cost.last_exit;
}

// For a program to read: the tick, and REASON=EXITS for each basic exit reason so far.
static void sample(const struct vcpu *vcpu)
{
    kprintf("sample %lu", rdtsc());
    for (unsigned i = 0; i < REASON_COUNT; i++)
        if (vcpu->exits_by_reason[i])
            kprintf(" %u=%lu", i, vcpu->exits_by_reason[i]);
    kprintf("\n");
}

void cost_exit(const struct vcpu *vcpu)
{
    if (cost.series && rdtsc() >= cost.next_sample) {
        sample(vcpu);
        cost.next_sample = rdtsc() + vcpu->guest->tsc_khz * 1000;
    }
    cost.reason = vcpu->reason;
    cost.last_exit = rdtsc();  // printing a sample is nobody's cost
}

void cost_report_if_asked(const struct vcpu *vcpu)
{
    if (!vcpu->cost)
        return;
    kprintf("the guest ran from tick %lu to %lu\n", cost.first_entry, rdtsc());
    kprintf("  %10s %12s %6s\n", "exits", "ticks", "each");
    for (unsigned i = 0; i < REASON_COUNT; i++)
        if (vcpu->exits_by_reason[i])
            kprintf("  %10lu %12lu %6lu %s\n", vcpu->exits_by_reason[i], cost.ticks[i],
                    cost.ticks[i] / vcpu->exits_by_reason[i], exit_reason_name(i));
}
