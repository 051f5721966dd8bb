// What we know about a guest: at the moment it stopped, at each exit for those who ask, and in the
// end.

#ifndef VMM_VCPU_REPORT_H
#define VMM_VCPU_REPORT_H

#include "vmm/vcpu/vcpu.h"

// The end of a guest, by its own fault or for something that this hypervisor doesn't do. Prints a
// line with guest, exit reason, its number and RIP, then `why` (printf-style); then registers,
// segments, control registers and the bytes at RIP. Returns RESUME_STOP.
__attribute__((format(printf, 2, 3))) enum resume guest_crash(struct vcpu *vcpu, const char *why,
                                                              ...);

// The same where the guest is not to blame: the CPU, the VMCS or the hypervisor is not what we take
// it for.
__attribute__((format(printf, 2, 3))) enum resume vmm_bug(struct vcpu *vcpu, const char *why, ...);

// vmcs_is_valid() saw nothing wrong, and the CPU refuses the entry all the same.
void report_refused(const struct vcpu *vcpu, enum vmx_status status);

// The last exit in one line, as TRACE=1 shows each of them.
void report_exit(const struct vcpu *vcpu);

// With the option stats=1: how often the guest exited for which reason, most frequent first.
void report_stats_if_asked(const struct vcpu *vcpu);

// Right before an entry, and right behind the exit, with the option cost=1: adds up by reason the
// ticks of the time-stamp counter from each exit to the entry behind it; with cost=series also
// prints the number of exits so far, once a second of the machine. What entry.asm does is on the
// guest's side. In cost.c.
void cost_entry(void);
void cost_exit(const struct vcpu *vcpu);

// The sums, if asked, when the guest is done.
void cost_report_if_asked(const struct vcpu *vcpu);

#endif
