// The registers of virtio.h.

#include "virtio.h"

#include <string.h>

#define MAGIC   0x74726976  // "virt"
#define VERSION 2
#define VENDOR  0x53425653  // anybody may invent one

// Half of a 64-bit register.
static void half_set(uint64_t *value, bool high, uint32_t half)
{
    unsigned shift = high ? 32 : 0;

    *value = (*value & ~(0xFFFFFFFFull << shift)) | (uint64_t)half << shift;
}

static uint32_t features_read(const struct virtio *virtio)
{
    uint64_t features = virtio->features | VIRTIO_F_VERSION_1;

    return virtio->device_features_sel > 1
               ? 0
               : (uint32_t)(features >> 32 * virtio->device_features_sel);
}

static uint32_t register_read(const struct virtio *virtio, uint64_t offset)
{
    bool has_queue = virtio->queue_sel < VIRTIO_QUEUES;

    switch (offset) {
    case VIRTIO_MAGIC: return MAGIC;
    case VIRTIO_VERSION: return VERSION;
    case VIRTIO_DEVICE_ID: return virtio->id;
    case VIRTIO_VENDOR_ID: return VENDOR;
    case VIRTIO_DEVICE_FEATURES: return features_read(virtio);
    case VIRTIO_QUEUE_SIZE_MAX: return has_queue ? QUEUE_SIZE_MAX : 0;
    case VIRTIO_QUEUE_READY: return has_queue && virtio->queues[virtio->queue_sel].ready;
    case VIRTIO_INTERRUPT_STATUS: return virtio->interrupt_status;
    case VIRTIO_STATUS: return virtio->status;
    default: return 0;  // write-only, or nothing there; CONFIG_GENERATION: ours never changes
    }
}

void registers_read(const struct virtio *virtio, uint64_t offset, void *data, unsigned size)
{
    uint32_t value = offset < VIRTIO_CONFIG ? register_read(virtio, offset) : 0;
    uint64_t at = offset - VIRTIO_CONFIG;

    memset(data, 0, size);
    if (offset < VIRTIO_CONFIG)
        memcpy(data, &value, size < sizeof(value) ? size : sizeof(value));
    else if (at < virtio->config_size && size <= virtio->config_size - at)
        memcpy(data, (const uint8_t *)virtio->config + at, size);
}

// Writing 0 to the status resets the device. "Device Status Field".
static void status_write(struct virtio *virtio, uint32_t value)
{
    virtio->status = value;
    if (value != 0)
        return;
    memset(virtio->queues, 0, sizeof(virtio->queues));
    virtio->driver_features = 0;
    virtio->interrupt_status = 0;
}

// The queue that the driver selected. A queue in use keeps its place: only READY may change.
static void queue_write(struct virtio *virtio, uint64_t offset, uint32_t value)
{
    struct virtio_queue *queue = &virtio->queues[virtio->queue_sel];
    bool high = offset & 4;

    if (virtio->queue_sel >= VIRTIO_QUEUES || (queue->ready && offset != VIRTIO_QUEUE_READY))
        return;
    switch (offset & ~4ull) {
    case VIRTIO_QUEUE_SIZE: queue->size = value <= QUEUE_SIZE_MAX ? (uint16_t)value : 0; break;
    case VIRTIO_QUEUE_READY & ~4: queue->ready = value & 1; break;
    case VIRTIO_QUEUE_DESCRIPTORS: half_set(&queue->descriptors, high, value); break;
    case VIRTIO_QUEUE_AVAILABLE: half_set(&queue->available, high, value); break;
    case VIRTIO_QUEUE_USED: half_set(&queue->used, high, value); break;
    }
}

// A device that needs a reset does nothing until it gets one.
static void notify(struct virtio *virtio, uint32_t queue)
{
    if (queue < VIRTIO_QUEUES && virtio->queues[queue].ready &&
        !(virtio->status & VIRTIO_STATUS_NEEDS_RESET))
        virtio->notify(virtio->device, queue);
}

void registers_write(struct virtio *virtio, uint64_t offset, const void *data, unsigned size)
{
    uint32_t value = 0;

    memcpy(&value, data, size < sizeof(value) ? size : sizeof(value));
    switch (offset) {
    case VIRTIO_DEVICE_FEATURES_SEL: virtio->device_features_sel = value; break;
    case VIRTIO_DRIVER_FEATURES_SEL: virtio->driver_features_sel = value; break;
    case VIRTIO_DRIVER_FEATURES:
        if (virtio->driver_features_sel < 2)
            half_set(&virtio->driver_features, virtio->driver_features_sel, value);
        break;
    case VIRTIO_QUEUE_SEL: virtio->queue_sel = value; break;
    case VIRTIO_QUEUE_NOTIFY: notify(virtio, value); break;
    case VIRTIO_INTERRUPT_ACK: virtio->interrupt_status &= ~value; break;
    case VIRTIO_STATUS: status_write(virtio, value); break;
    default: queue_write(virtio, offset, value); break;
    }
}

void virtio_used(struct virtio *virtio)
{
    virtio->interrupt_status |= VIRTIO_INTERRUPT_QUEUE;
}

void virtio_broken(struct virtio *virtio)
{
    virtio->status |= VIRTIO_STATUS_NEEDS_RESET;
}

bool registers_interrupt(const struct virtio *virtio)
{
    return virtio->interrupt_status != 0;
}
