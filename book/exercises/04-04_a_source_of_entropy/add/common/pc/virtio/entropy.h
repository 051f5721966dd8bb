// A virtio source of entropy: buffers come out of a queue, and go back full of random bytes.
//
// Source: VIRTIO 1.2, "Entropy Device".

#ifndef COMMON_PC_VIRTIO_ENTROPY_H
#define COMMON_PC_VIRTIO_ENTROPY_H

#include "common/pc/virtio/device.h"

// The most bytes that a request gets. It may ask for 4 GiB, and others wait meanwhile.
#define VIRTIO_ENTROPY_MAX 4096

struct virtio_entropy {
    struct virtio device;
    void (*fill)(void *data, uint64_t size);  // makes `size` random bytes
};

// A source for a guest with this RAM. `entropy` must stay where it is.
void virtio_entropy_create(struct virtio_entropy *entropy, const struct guest_ram *ram,
                           void (*fill)(void *data, uint64_t size));

#endif
