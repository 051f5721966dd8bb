// A virtual CPU: created, told what it can do, run.

#include "common/kvm/vcpu.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "common/kvm/kvm.h"
#include "common/pc/x86.h"

#define CPUID_ENTRIES 256  // KVM fills in fewer: 46 to about 80, depending on the CPU

void vcpu_create(struct vcpu *vcpu, int kvm_fd, int vm_fd, unsigned id)
{
    vcpu->id = id;
    vcpu->fd = KVM(vm_fd, KVM_CREATE_VCPU, id);
    vcpu->run_size = (size_t)KVM(kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
    vcpu->run = mmap(NULL, vcpu->run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
    if (vcpu->run == MAP_FAILED) {
        fprintf(stderr, "vCPU %u: its kvm_run can't be mapped: %s\n", id, strerror(errno));
        exit(VM_REFUSED);
    }
}

// Says in leaf 1 what only the program that uses KVM can know: that a hypervisor is there, so that
// guests look for its leaves at all, and whether the local APIC, if it is KVM's, has a timer that
// fires at a TSC value, which saves guests from measuring how fast its other timer runs.
static void cpuid_set_features(struct kvm_cpuid_entry2 *entry, int kvm_fd)
{
    entry->ecx |= CPUID_1_ECX_HYPERVISOR;
    if (KVM(kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_TSC_DEADLINE_TIMER))
        entry->ecx |= CPUID_1_ECX_TSC_DEADLINE;
}

// KVM reports the leaves of the host CPU that it runs on; some of them say which CPU this is, and
// must name the vCPU instead. Source: SDM Vol. 2, "CPUID - CPU Identification"; APM Vol. 3.
static void cpuid_set_apic_id(struct kvm_cpuid_entry2 *entry, unsigned apic_id)
{
    switch (entry->function) {
    case 0x01: entry->ebx = (entry->ebx & 0x00FFFFFF) | apic_id << 24; break;
    case 0x0B:
    case 0x1F: entry->edx = apic_id; break;
    case 0x8000001E: entry->eax = apic_id; break;  // AMD's
    default: break;
    }
}

void vcpu_set_cpuid(struct vcpu *vcpu, int kvm_fd)
{
    struct kvm_cpuid2 *cpuid =
        calloc(1, sizeof(*cpuid) + CPUID_ENTRIES * sizeof(struct kvm_cpuid_entry2));

    if (!cpuid) {
        perror("CPUID leaves");
        exit(VM_REFUSED);
    }
    cpuid->nent = CPUID_ENTRIES;
    KVM(kvm_fd, KVM_GET_SUPPORTED_CPUID, cpuid);
    for (unsigned i = 0; i < cpuid->nent; i++) {
        if (cpuid->entries[i].function == 1)
            cpuid_set_features(&cpuid->entries[i], kvm_fd);
        cpuid_set_apic_id(&cpuid->entries[i], vcpu->id);
    }
    KVM(vcpu->fd, KVM_SET_CPUID2, cpuid);
    free(cpuid);
}

bool vcpu_enter(struct vcpu *vcpu)
{
    // Not through KVM(): being interrupted by a signal is no failure.
    if (ioctl(vcpu->fd, KVM_RUN, 0) == 0)
        return true;
    if (errno == EINTR || errno == EAGAIN)
        return false;

    fprintf(stderr, "vCPU %u: KVM_RUN: %s\n", vcpu->id, strerror(errno));
    exit(VM_REFUSED);
}

bool vcpu_is_halted(const struct vcpu *vcpu)
{
    struct kvm_mp_state state;
    struct kvm_regs regs;

    KVM(vcpu->fd, KVM_GET_MP_STATE, &state);
    KVM(vcpu->fd, KVM_GET_REGS, &regs);
    switch (state.mp_state) {
    case KVM_MP_STATE_UNINITIALIZED:
    case KVM_MP_STATE_INIT_RECEIVED: return true;
    case KVM_MP_STATE_HALTED: return !(regs.rflags & RFLAGS_IF);
    default: return false;
    }
}
