// A card for the driver of driver.h, and a wire for it: what the guest sent last, and one packet
// that waits for it.

#ifndef COMMON_TEST_VIRTIO_WIRE_H
#define COMMON_TEST_VIRTIO_WIRE_H

#include "common/pc/virtio/net.h"
#include "common/test/virtio/driver.h"

#define HEADER_SIZE sizeof(struct virtio_net_header)

static struct virtio_net card;
static uint8_t sent[VIRTIO_NET_PACKET_MAX], waiting[VIRTIO_NET_PACKET_MAX];
static uint64_t sent_size, waiting_size;  // of the packets; 0: none waits
static unsigned sends, drops;
static bool wire_full;

static void *wire_room(void *context)
{
    (void)context;
    return wire_full ? NULL : sent;
}

static void wire_send(void *context, uint64_t size)
{
    (void)context;
    if (wire_full || size > sizeof(sent))
        abort();
    sent_size = size;
    sends++;
}

static void *wire_next(void *context, uint64_t *size)
{
    (void)context;
    *size = waiting_size;
    return waiting_size ? waiting : NULL;
}

static void wire_drop(void *context)
{
    (void)context;
    waiting_size = 0;
    drops++;
}

// A new machine with a card at a wire that is still.
static void power_on_card(uint32_t offloads)
{
    const struct virtio_net_wire wire = {.mac = {2, 3, 5, 7, 11, 13},
                                         .offloads = offloads,
                                         .room = wire_room,
                                         .send = wire_send,
                                         .next = wire_next,
                                         .drop = wire_drop};

    power_on_device(&card.device);
    memset(sent, 0, sizeof(sent));
    memset(waiting, 0, sizeof(waiting));
    sent_size = waiting_size = 0;
    sends = drops = 0;
    wire_full = false;
    virtio_net_create(&card, &test_ram, &wire);
}

static void start_card(uint64_t features)
{
    start(features);
    start_queue(VIRTIO_NET_TRANSMIT, DESCRIPTORS + QUEUE, AVAILABLE + QUEUE, USED + QUEUE);
}

#endif
