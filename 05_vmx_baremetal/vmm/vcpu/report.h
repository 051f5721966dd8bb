// What we know about a guest at the moment it stopped, printed.

#ifndef VMM_VCPU_REPORT_H
#define VMM_VCPU_REPORT_H

#include "vmm/vcpu/vcpu.h"

// Why the guest is stopped: a line with guest, exit reason, its number and RIP, then `why`
// (printf-style); then registers, segments, control registers and the bytes at RIP.
__attribute__((format(printf, 2, 3))) void report_stop(const struct vcpu *vcpu, const char *why,
                                                       ...);

// The last exit in one line, as TRACE=1 shows each of them.
void report_exit(const struct vcpu *vcpu);

// With the option stats=1: how often the guest exited for which reason, most frequent first.
void report_stats_if_asked(const struct vcpu *vcpu);

// The registers, segments, control registers and the bytes at RIP alone.
void report_registers(const struct vcpu *vcpu);

// An EPT violation or misconfiguration: address, access, and the walk level by level.
void report_ept(const struct vcpu *vcpu);

#endif
