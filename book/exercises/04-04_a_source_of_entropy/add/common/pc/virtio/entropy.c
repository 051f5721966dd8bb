// The virtio source of entropy: see entropy.h.

#include "common/pc/virtio/entropy.h"

// Not done yet: no request is answered.
static uint32_t serve(struct virtio *device, unsigned queue, const struct virtqueue_chain *chain)
{
    (void)device, (void)queue, (void)chain;
    return 0;
}

static const struct virtio_kind entropy_kind = {.serve = serve};

void virtio_entropy_create(struct virtio_entropy *entropy, const struct guest_ram *ram,
                           void (*fill)(void *data, uint64_t size))
{
    *entropy = (struct virtio_entropy){.device = {.kind = &entropy_kind, .ram = ram}, .fill = fill};
    virtio_reset(&entropy->device);
}
