// The registers of device.h.

#include "common/pc/virtio/device.h"

#include <stddef.h>
#include <string.h>

#define MAGIC     0x74726976  // "virt"
#define VERSION   2           // 1 is the legacy interface
#define VENDOR_ID 0           // who made the device: nobody who has a number

void virtio_reset(struct virtio *device)
{
    device->accepted = 0;
    device->offered_sel = device->accepted_sel = device->queue_sel = 0;
    device->status = 0;
    device->raised = 0;
    memset(device->queues, 0, sizeof(device->queues));
    for (unsigned n = 0; n < device->kind->queues; n++)
        device->queues[n].size = VIRTQUEUE_SIZE_MAX;
}

bool virtio_interrupt(const struct virtio *device)
{
    return device->raised != 0;
}

// A driver that isn't through with its initialization wants no interrupt, and looks by itself.
static void interrupt_config(struct virtio *device)
{
    if (device->status & VIRTIO_DRIVER_OK)
        device->raised |= VIRTIO_RAISED_CONFIG;
}

void virtio_config_changed(struct virtio *device)
{
    device->generation++;
    interrupt_config(device);
}

void virtio_fail(struct virtio *device)
{
    interrupt_config(device);
    device->status |= VIRTIO_NEEDS_RESET;
}

bool virtio_runs(const struct virtio *device)
{
    return !device->held &&
           (device->status & (VIRTIO_DRIVER_OK | VIRTIO_NEEDS_RESET)) == VIRTIO_DRIVER_OK;
}

static bool ready(struct virtio *device, unsigned queue)
{
    return virtio_runs(device) && (!device->kind->ready || device->kind->ready(device, queue));
}

void virtio_notify(struct virtio *device, uint32_t number)
{
    struct virtqueue *queue = &device->queues[number % VIRTIO_QUEUES];
    struct virtqueue_chain chain;

    if (number >= device->kind->queues)
        return;
    while (ready(device, number) && virtqueue_take(queue, &chain)) {
        uint32_t written = device->kind->serve(device, number, &chain);

        if (virtio_runs(device))
            virtqueue_return(queue, &chain, written);
    }
    if (virtio_runs(device) && queue->broken)
        virtio_fail(device);
    if (queue->ready && virtqueue_interrupt(queue))
        device->raised |= 1u << number;
}

static uint32_t interrupt_status(const struct virtio *device)
{
    return (device->raised & ~VIRTIO_RAISED_CONFIG ? VIRTIO_INTERRUPT_USED : 0) |
           (device->raised & VIRTIO_RAISED_CONFIG ? VIRTIO_INTERRUPT_CONFIG : 0);
}

static void acknowledge(struct virtio *device, uint32_t why)
{
    if (why & VIRTIO_INTERRUPT_USED)
        device->raised &= VIRTIO_RAISED_CONFIG;
    if (why & VIRTIO_INTERRUPT_CONFIG)
        device->raised &= ~VIRTIO_RAISED_CONFIG;
}

// The queue that QUEUE_SEL names, or NULL.
static struct virtqueue *selected(struct virtio *device)
{
    return device->queue_sel < device->kind->queues ? &device->queues[device->queue_sel] : NULL;
}

static uint32_t half(uint64_t value, uint32_t which)
{
    return which < 2 ? (uint32_t)(value >> 32 * which) : 0;
}

static void set_half(uint64_t *value, uint32_t which, uint32_t bits)
{
    if (which < 2)
        *value = (*value & ~(UINT64_C(0xFFFFFFFF) << 32 * which)) | (uint64_t)bits << 32 * which;
}

static uint64_t read_config(const struct virtio *device, uint64_t offset, unsigned size)
{
    uint64_t value = 0;

    if (size <= 8 && offset <= device->config_size && size <= device->config_size - offset)
        memcpy(&value, (const uint8_t *)device->config + offset, size);
    return value;
}

uint64_t virtio_read(const struct virtio *device, uint64_t offset, unsigned size)
{
    bool exists = device->queue_sel < device->kind->queues;

    if (offset >= VIRTIO_CONFIG)
        return read_config(device, offset - VIRTIO_CONFIG, size);
    if (size != 4 || offset % 4)
        return 0;
    if (offset >= VIRTIO_SHARED_MEMORY && offset < VIRTIO_SHARED_MEMORY_END)
        return UINT32_MAX;
    switch (offset) {
    case VIRTIO_MAGIC: return MAGIC;
    case VIRTIO_VERSION: return VERSION;
    case VIRTIO_DEVICE_ID: return device->kind->id;
    case VIRTIO_VENDOR_ID: return VENDOR_ID;
    case VIRTIO_DEVICE_FEATURES: return half(device->offered, device->offered_sel);
    case VIRTIO_QUEUE_SIZE: return exists ? device->queues[device->queue_sel].size : 0;
    case VIRTIO_QUEUE_SIZE_MAX: return exists ? VIRTQUEUE_SIZE_MAX : 0;
    case VIRTIO_QUEUE_READY: return exists && device->queues[device->queue_sel].ready;
    case VIRTIO_INTERRUPT_STATUS: return interrupt_status(device);
    case VIRTIO_STATUS: return device->status;
    case VIRTIO_GENERATION: return device->generation;
    default: return 0;  // written only, or none
    }
}

// The driver adds a bit at a time, and takes all back with 0.
static void write_status(struct virtio *device, uint32_t value)
{
    if (!value) {
        virtio_reset(device);
        return;
    }
    if ((device->accepted & ~device->offered) || !(device->accepted & VIRTIO_F_VERSION_1))
        value &= ~VIRTIO_FEATURES_OK;  // read back, this is a no
    if (!((device->status | value) & VIRTIO_FEATURES_OK))
        value &= ~VIRTIO_DRIVER_OK;
    device->status |= value & 0xFF & ~VIRTIO_NEEDS_RESET;
}

static void write_ready(struct virtio *device, struct virtqueue *queue, uint32_t value)
{
    if (!(value & 1)) {
        queue->ready = false;
        return;
    }
    queue->event_idx = device->accepted & VIRTIO_F_EVENT_IDX;
    if (!(device->status & VIRTIO_FEATURES_OK) || !virtqueue_start(queue, device->ram))
        virtio_fail(device);
}

// The registers of the selected queue. While it is in use only one of them means something.
static void write_queue(struct virtio *device, uint64_t offset, uint32_t value)
{
    struct virtqueue *queue = selected(device);

    if (!queue || (queue->ready && (offset != VIRTIO_QUEUE_READY || (value & 1))))
        return;
    switch (offset & ~4ull) {
    case VIRTIO_QUEUE_DESCRIPTORS: set_half(&queue->descriptors, offset / 4 & 1, value); return;
    case VIRTIO_QUEUE_AVAILABLE: set_half(&queue->available, offset / 4 & 1, value); return;
    case VIRTIO_QUEUE_USED: set_half(&queue->used, offset / 4 & 1, value); return;
    }
    if (offset == VIRTIO_QUEUE_SIZE)
        queue->size = value;
    if (offset == VIRTIO_QUEUE_READY)
        write_ready(device, queue, value);
}

void virtio_write(struct virtio *device, uint64_t offset, unsigned size, uint64_t value)
{
    if (size != 4 || offset % 4 || offset >= VIRTIO_CONFIG)
        return;  // no kind here has a configuration that can be written
    switch (offset) {
    case VIRTIO_DEVICE_FEATURES_SEL: device->offered_sel = value; break;
    case VIRTIO_DRIVER_FEATURES_SEL: device->accepted_sel = value; break;
    case VIRTIO_DRIVER_FEATURES:
        if (!(device->status & VIRTIO_FEATURES_OK))
            set_half(&device->accepted, device->accepted_sel, value);
        break;
    case VIRTIO_QUEUE_SEL: device->queue_sel = value; break;
    case VIRTIO_QUEUE_NOTIFY: virtio_notify(device, value); break;
    case VIRTIO_INTERRUPT_ACK: acknowledge(device, value); break;
    case VIRTIO_STATUS: write_status(device, value); break;
    default: write_queue(device, offset, value);
    }
}
