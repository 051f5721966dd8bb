// The ring of coalesced.h.

#include "common/kvm/exits/coalesced.h"

#include <unistd.h>

#include "common/kvm/kvm.h"

void coalesced_create(struct coalesced *coalesced, int kvm_fd, int vm_fd, const struct vcpu *vcpu,
                      uint16_t port)
{
    struct kvm_coalesced_mmio_zone zone = {.addr = port, .size = 1, .pio = 1};
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    int page = KVM(kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_COALESCED_MMIO);  // in vcpu->run

    if (page == 0 || KVM(kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_COALESCED_PIO) == 0)
        return;
    KVM(vm_fd, KVM_REGISTER_COALESCED_MMIO, &zone);
    coalesced->ring = (void *)((uint8_t *)vcpu->run + (size_t)page * page_size);
    coalesced->size = (page_size - sizeof(*coalesced->ring)) / sizeof(struct kvm_coalesced_mmio);
}

// KVM appends at `last`, we take at `first`. The entries before `last` are complete once it says
// so: acquire. Their place is free again once `first` says so: release.
size_t coalesced_take(struct coalesced *coalesced, uint8_t *bytes, size_t most)
{
    struct kvm_coalesced_mmio_ring *ring = coalesced->ring;
    size_t count = 0;

    coalesced_pause(coalesced, false);
    while (ring && count < most && ring->first != __atomic_load_n(&ring->last, __ATOMIC_ACQUIRE)) {
        bytes[count++] = ring->coalesced_mmio[ring->first].data[0];
        __atomic_store_n(&ring->first, (ring->first + 1) % coalesced->size, __ATOMIC_RELEASE);
    }
    return count;
}

// Into a full ring KVM writes nothing, and the guest comes out. The ring is full when `first` is
// one ahead of `last`; so an empty one is paused by a step of `first`, and goes on when that is
// taken back. What another CPU sends between the look at `last` and the step is found then. (Linux
// before 6.12 counts its places wrong where `last` wraps; there the byte waits to be looked for.)
void coalesced_pause(struct coalesced *coalesced, bool pause)
{
    struct kvm_coalesced_mmio_ring *ring = coalesced->ring;
    uint32_t step = pause ? 1 : coalesced->size - 1;

    if (!ring || pause == coalesced->paused)
        return;
    if (pause && ring->first != __atomic_load_n(&ring->last, __ATOMIC_ACQUIRE))
        return;
    __atomic_store_n(&ring->first, (ring->first + step) % coalesced->size, __ATOMIC_RELEASE);
    coalesced->paused = pause;
}
