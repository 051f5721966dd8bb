// A CPUID leaf of our own: what a guest of ours can know about its machine, without a device and
// without an exit.
//
//     leaf        EAX                 EBX, ECX, EDX
//     40000100h   the last leaf       "StepByStep!!", four characters each
//     40000101h   RAM in MiB          EBX: the number given by --tag; the others 0
//
// Leaves from 40000000h on are for hypervisors. The first ones are taken: KVM answers there, and
// guests look for it. A second interface comes 100h later, where guests look for one as well.
//
// Source: Linux's documentation, "KVM CPUID bits"; SDM Vol. 2, "CPUID - CPU Identification".

#ifndef LEAF_H
#define LEAF_H

#include <stdint.h>

#include "common/kvm/vcpu.h"

#define LEAF_FIRST 0x40000100u
#define LEAF_LAST  0x40000101u

// Adds the two leaves to those that the vCPU has; all others stay as they are. Call it after
// vcpu_set_cpuid().
void vcpu_set_leaf(struct vcpu *vcpu, uint64_t ram, uint32_t tag);

#endif
