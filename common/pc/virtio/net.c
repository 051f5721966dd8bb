// The virtio network card: see net.h.

#include "common/pc/virtio/net.h"

#include <stddef.h>
#include <string.h>

_Static_assert(sizeof(struct virtio_net_header) == 12, "VIRTIO 1.2, Network Device, Operation");
_Static_assert(sizeof(((struct virtio_net *)0)->config) == 8, "VIRTIO 1.2, Network Device, Layout");

#define HEADER_SIZE sizeof(struct virtio_net_header)
#define BUFFER_MIN  1526  // what a driver has room for at least: "Setting Up Receive Buffers"

// The next packet that this driver can take. One that it can't is dropped: a long segment for a
// driver that takes frames only, or what is no frame.
static void *next_packet(struct virtio_net *net, uint64_t *size)
{
    const struct virtio_net_wire *wire = &net->wire;
    bool takes_long = net->device.accepted & VIRTIO_NET_F_GUEST_TSO4;
    uint64_t max = HEADER_SIZE + (takes_long ? VIRTIO_NET_LONG_MAX : VIRTIO_NET_FRAME_MAX);
    void *packet;

    while ((packet = wire->next(wire->context, size)) != NULL &&
           (*size < HEADER_SIZE + VIRTIO_NET_FRAME_MIN || *size > max))
        wire->drop(wire->context);
    return packet;
}

// The driver's frames wait until the wire has room, its empty buffers until a frame arrives.
static bool ready(struct virtio *device, unsigned queue)
{
    struct virtio_net *net = device->owner;
    uint64_t size;

    return queue == VIRTIO_NET_TRANSMIT ? net->wire.room(net->wire.context) != NULL
                                        : next_packet(net, &size) != NULL;
}

// What is no frame isn't sent. It goes back to the driver like any other.
static uint32_t transmit(struct virtio_net *net, const struct virtqueue_chain *chain)
{
    uint64_t size = chain->readable_size;

    if (size < HEADER_SIZE) {
        virtio_fail(&net->device);
    } else if (size >= HEADER_SIZE + VIRTIO_NET_FRAME_MIN && size <= VIRTIO_NET_PACKET_MAX) {
        virtqueue_read(chain, net->wire.room(net->wire.context), size);
        net->wire.send(net->wire.context, size);
    }
    return 0;
}

// Without mergeable buffers, a frame has to fit into the one that comes next. A tag, or a long
// segment, may be more than the driver owes, and is lost then.
static uint32_t receive(struct virtio_net *net, const struct virtqueue_chain *chain)
{
    uint64_t size;
    uint8_t *packet = next_packet(net, &size);
    const uint16_t one = 1;

    if (chain->writable_size < size && chain->writable_size < BUFFER_MIN) {
        virtio_fail(&net->device);
        return 0;
    }
    if (chain->writable_size < size)
        size = 0;
    memcpy(packet + offsetof(struct virtio_net_header, buffers), &one, sizeof(one));
    virtqueue_write(chain, 0, packet, size);
    net->wire.drop(net->wire.context);
    return size;
}

static uint32_t serve(struct virtio *device, unsigned queue, const struct virtqueue_chain *chain)
{
    return queue == VIRTIO_NET_TRANSMIT ? transmit(device->owner, chain)
                                        : receive(device->owner, chain);
}

static const struct virtio_kind net_kind = {
    .id = 1, .class = 0x020000, .queues = 2, .ready = ready, .serve = serve};

void virtio_net_create(struct virtio_net *net, const struct guest_ram *ram,
                       const struct virtio_net_wire *wire)
{
    *net = (struct virtio_net){
        .wire = *wire,
        .device = {.kind = &net_kind,
                   .ram = ram,
                   .offered = VIRTIO_F_INDIRECT | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 |
                              VIRTIO_NET_F_MAC | VIRTIO_NET_F_STATUS | wire->offloads,
                   .config_size = sizeof(net->config)},
    };
    memcpy(net->config.mac, wire->mac, sizeof(net->config.mac));
    net->device.config = &net->config;
    net->device.owner = net;
    virtio_reset(&net->device);
}

void virtio_net_link(struct virtio_net *net, bool up)
{
    uint16_t status = up ? VIRTIO_NET_LINK_UP : 0;

    if (net->config.status == status)
        return;
    net->config.status = status;
    virtio_config_changed(&net->device);
}

void virtio_net_move(struct virtio_net *net)
{
    uint64_t size;

    virtio_notify(&net->device, VIRTIO_NET_TRANSMIT);
    virtio_notify(&net->device, VIRTIO_NET_RECEIVE);
    if (!virtio_runs(&net->device))
        while (net->wire.next(net->wire.context, &size))
            net->wire.drop(net->wire.context);
}
