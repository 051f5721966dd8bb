// Several CPUs, described to the guest the way that it asks for it: CPUID.

#ifndef TOPOLOGY_H
#define TOPOLOGY_H

#include "common/kvm/vcpu.h"

// Makes the vCPU one of `cpus` cores of one package, without hyper-threading. Call it after
// vcpu_set_cpuid().
void vcpu_set_topology(struct vcpu *vcpu, unsigned cpus);

#endif
