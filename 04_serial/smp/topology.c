// The CPUID leaves of topology.h. KVM reports those of the host's CPU; a guest that believed them
// would look for cores and threads that it doesn't have.
//
// Source: SDM Vol. 2, "CPUID - CPU Identification"; AMD64 APM Vol. 3, "Obtaining Processor
// Information Via the CPUID Instruction".

#include "topology.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/kvm/kvm.h"
#include "common/pc/x86.h"

#define CPUID_ENTRIES 256  // the most that KVM takes

// Leaf 0BH, ECX: what a sub-leaf is about.
#define LEVEL_THREADS (1u << 8)
#define LEVEL_CORES   (2u << 8)

// Leaves 4 and 8000001DH, EAX: a cache, its level, and how many APIC ids share it, less 1.
#define CACHE_LEVEL(eax)   (((eax) >> 5) & 7)
#define CACHE_SHARED_SHIFT 14
#define CACHE_SHARED_MASK  (0xFFFu << CACHE_SHARED_SHIFT)
#define CORES_SHIFT        26  // leaf 4 only: APIC ids for cores in the package, less 1

// How many bits of an APIC id tell `cpus` CPUs apart.
static unsigned id_bits(unsigned cpus)
{
    unsigned bits = 0;

    while (1u << bits < cpus)
        bits++;
    return bits;
}

// The first two levels of caches belong to one core, the third to all.
static void cache_share(struct kvm_cpuid_entry2 *entry, unsigned cpus)
{
    uint32_t sharing = CACHE_LEVEL(entry->eax) >= 3 ? (1u << id_bits(cpus)) - 1 : 0;

    entry->eax = (entry->eax & ~CACHE_SHARED_MASK) | sharing << CACHE_SHARED_SHIFT;
}

// Leaf 0BH and its newer twin 1FH, in sub-leaves: 0 for the threads of a core, 1 for the cores of
// the package. EAX: how far to shift the APIC id to get beyond this level; EBX: CPUs in it.
static void level_set(struct kvm_cpuid_entry2 *entry, unsigned cpus)
{
    bool cores = entry->index == 1;

    if (entry->index > 1)
        return;
    entry->eax = cores ? id_bits(cpus) : 0;
    entry->ebx = cores ? cpus : 1;
    entry->ecx = entry->index | (cores ? LEVEL_CORES : LEVEL_THREADS);
}

static void leaf_set(struct kvm_cpuid_entry2 *entry, unsigned cpus, unsigned id)
{
    uint32_t ids = 1u << id_bits(cpus);

    switch (entry->function) {
    case 0x00000001:
        entry->ebx = (entry->ebx & ~(0xFFu << 16)) | ids << 16;
        entry->edx = cpus > 1 ? entry->edx | CPUID_1_EDX_HTT : entry->edx & ~CPUID_1_EDX_HTT;
        break;
    case 0x00000004:
        if ((entry->eax & 0x1F) == 0)
            break;  // the end of the list of caches
        cache_share(entry, cpus);
        entry->eax = (entry->eax & ~(~0u << CORES_SHIFT)) | (ids - 1) << CORES_SHIFT;
        break;
    case 0x0000000B:
    case 0x0000001F: level_set(entry, cpus); break;
    case 0x80000008: entry->ecx = id_bits(cpus) << 12 | (cpus - 1); break;  // AMD
    case 0x8000001D: cache_share(entry, cpus); break;                       // AMD
    case 0x8000001E:                                                        // AMD
        entry->eax = id;
        entry->ebx = id;  // core id; one thread a core
        entry->ecx = 0;   // one node
        break;
    default: break;  // the others don't speak of the neighbours
    }
}

// KVM may know only the first sub-leaf of 0BH and 1FH: the second is appended.
static void levels_complete(struct kvm_cpuid2 *cpuid, uint32_t leaf)
{
    const struct kvm_cpuid_entry2 *first = NULL;

    for (unsigned i = 0; i < cpuid->nent; i++) {
        if (cpuid->entries[i].function == leaf && cpuid->entries[i].index == 0)
            first = &cpuid->entries[i];
        if (cpuid->entries[i].function == leaf && cpuid->entries[i].index == 1)
            return;
    }
    if (!first || cpuid->nent == CPUID_ENTRIES)
        return;
    cpuid->entries[cpuid->nent] = *first;
    cpuid->entries[cpuid->nent++].index = 1;
}

void vcpu_set_topology(struct vcpu *vcpu, unsigned cpus)
{
    struct kvm_cpuid2 *cpuid =
        calloc(1, sizeof(*cpuid) + CPUID_ENTRIES * sizeof(struct kvm_cpuid_entry2));

    if (!cpuid) {
        perror("CPUID leaves");
        exit(VM_REFUSED);
    }
    cpuid->nent = CPUID_ENTRIES;
    KVM(vcpu->fd, KVM_GET_CPUID2, cpuid);
    while (cpuid->nent > 0 && cpuid->entries[cpuid->nent - 1].function == 0)
        cpuid->nent--;  // KVM of Linux 6.1 does not say how many it has filled in
    levels_complete(cpuid, 0x0B);
    levels_complete(cpuid, 0x1F);
    for (unsigned i = 0; i < cpuid->nent; i++)
        leaf_set(&cpuid->entries[i], cpus, vcpu->id);
    KVM(vcpu->fd, KVM_SET_CPUID2, cpuid);
    free(cpuid);
}
