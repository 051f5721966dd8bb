// The network card of net.h.

#include "net.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/status.h"

// The guest has put frames into the transmit queue: hands them all to `send`.
static void net_transmit(struct net *net)
{
    (void)net;
    fprintf(stderr, "04-04: not done yet: net_transmit()\n");
    exit(VM_BAD_USAGE);
}

// Waiting frames go to the guest, for as long as it has buffers.
static void net_deliver(struct net *net)
{
    (void)net;
    fprintf(stderr, "04-04: not done yet: net_deliver()\n");
    exit(VM_BAD_USAGE);
}

void net_receive(struct net *net, const uint8_t *frame, size_t size)
{
    (void)net, (void)frame, (void)size;
    fprintf(stderr, "04-04: not done yet: net_receive()\n");
    exit(VM_BAD_USAGE);
}

static void net_notify(void *device, unsigned queue)
{
    if (queue == NET_TRANSMIT)
        net_transmit(device);
    else
        net_deliver(device);
}

void net_open(struct net *net, const struct memory *memory,
              void (*send)(void *context, const uint8_t *frame, size_t size), void *context)
{
    // Bit 1 of the first byte: an address that no manufacturer gave out.
    *net =
        (struct net){.config = {{0x02, 'H', 'V', 'S', 'B', 'S'}}, .send = send, .context = context};
    net->virtio.id = VIRTIO_ID_NET;
    net->virtio.features = NET_F_MAC;
    net->virtio.config = &net->config;
    net->virtio.config_size = sizeof(net->config);
    net->virtio.notify = net_notify;
    net->virtio.device = net;
    net->virtio.memory = memory;
}
