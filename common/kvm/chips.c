// The chips of chips.h.

#include "common/kvm/chips.h"

#include <stdint.h>

#include "common/kvm/kvm.h"

// KVM needs four pages of the guest's address space for itself on Intel CPUs that can't run real
// mode natively. They go right below the largest ROM. Source: KVM API, "KVM_SET_TSS_ADDR".
#define IDENTITY_MAP_ADDRESS 0xFEFFC000ull  // 1 page
#define TSS_ADDRESS          0xFEFFD000ull  // 3 pages

void chips_create(int vm_fd)
{
    struct kvm_pit_config pit = {.flags = KVM_PIT_SPEAKER_DUMMY};  // port 0x61 is there as well
    uint64_t identity_map = IDENTITY_MAP_ADDRESS;

    KVM(vm_fd, KVM_SET_IDENTITY_MAP_ADDR, &identity_map);
    KVM(vm_fd, KVM_SET_TSS_ADDR, TSS_ADDRESS);
    KVM(vm_fd, KVM_CREATE_IRQCHIP, 0);
    KVM(vm_fd, KVM_CREATE_PIT2, &pit);
}

void chips_set_line(int vm_fd, unsigned irq, bool level)
{
    struct kvm_irq_level line = {.irq = irq, .level = level};

    KVM(vm_fd, KVM_IRQ_LINE, &line);
}
