// What exits cost, for those who ask: with the option cost=1, ticks of the time-stamp counter from
// each exit to the entry behind it, added up by reason; with cost=series also the number of exits
// so far, once a second of the machine.

#ifndef VMM_VCPU_COST_H
#define VMM_VCPU_COST_H

#include "vmm/vcpu/vcpu.h"

// Right before an entry, and right behind the exit. What entry.asm does is on the guest's side.
void cost_entry(void);
void cost_exit(const struct vcpu *vcpu);

// The sums, when the guest is done.
void cost_report(const struct vcpu *vcpu);

#endif
