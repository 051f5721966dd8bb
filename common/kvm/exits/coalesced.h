// Coalesced port I/O. Most exits of a booting kernel are single characters on their way to the
// transmit register, where nothing has to happen at once. KVM writes them into a ring in memory
// that it shares with us, and the guest goes on. Before its next character the guest asks the line
// status whether there is room: that is an exit, and before the UART answers, the ring is emptied.
// So a character costs one exit instead of two; once the kernel uses the FIFO, sixteen cost one.
//
// Taught in book/04_serial. Source: KVM API, "KVM_(UN)REGISTER_COALESCED_MMIO"; <linux/kvm.h>,
// kvm_coalesced_mmio_ring.

#ifndef COMMON_KVM_COALESCED_H
#define COMMON_KVM_COALESCED_H

#include <stdbool.h>
#include <stdint.h>

#include "common/kvm/vcpu.h"

struct coalesced {
    struct kvm_coalesced_mmio_ring *ring;  // NULL: KVM has no such thing
    uint32_t size;                         // entries
    bool paused;
};

// From now on, where KVM can, bytes that the guest writes to `port` wait here. `vcpu` is any of the
// VM's.
void coalesced_create(struct coalesced *coalesced, int kvm_fd, int vm_fd, const struct vcpu *vcpu,
                      uint16_t port);

// Takes the oldest bytes, up to `most`. Returns how many there were.
size_t coalesced_take(struct coalesced *coalesced, uint8_t *bytes, size_t most);

// Paused, the next write is an exit: for when the guest waits for what comes of it. Only an empty
// ring can be paused; does nothing to another one.
void coalesced_pause(struct coalesced *coalesced, bool pause);

#endif
