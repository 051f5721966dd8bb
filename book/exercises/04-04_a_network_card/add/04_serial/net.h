// A network card: a virtio device of the kind "network". What the guest sends is handed to a
// function; what that or anybody else has for the guest, net_receive() takes.
//
//      guest:  transmit queue (1)  ->  net_transmit  ->  send()
//              receive queue (0)   <-  net_receive   <-  ...
//                                         |  ^
//                                      waiting: frames for which the guest has no buffer yet
//
// Source: VIRTIO 1.x, "Network Device".

#ifndef NET_H
#define NET_H

#include <stddef.h>
#include <stdint.h>

#include "common/kvm/memory.h"
#include "virtio.h"

enum net_queue { NET_RECEIVE = 0, NET_TRANSMIT = 1 };

#define NET_FRAME_MIN 14u    // bytes: an Ethernet header
#define NET_FRAME_MAX 1514u  // and 1500 bytes behind it
#define NET_WAITING   16     // frames; what comes on top is lost, as on a wire

// "Device Operation": stands before each frame, in both directions. All its fields are about work
// that our features don't offer to take over, so they are 0, but for the last.
struct net_header {
    uint8_t flags, gso_type;
    uint16_t header_size, gso_size, checksum_start, checksum_offset;
    uint16_t buffers;  // that this received frame takes: 1
};

_Static_assert(sizeof(struct net_header) == 12, "network header");

#define NET_F_MAC (1ull << 5)  // the configuration has an address

// "Device configuration layout": all that our features leave of it.
struct net_config {
    uint8_t mac[6];
};

struct net_frame {
    size_t size;  // bytes
    uint8_t bytes[NET_FRAME_MAX];
};

struct net {
    struct net_config config;
    struct virtio virtio;
    void (*send)(void *context, const uint8_t *frame, size_t size);
    void *context;

    struct net_frame waiting[NET_WAITING];
    unsigned first, count;  // of them
};

// A card that sends by calling `send`, with `context`.
void net_open(struct net *net, const struct memory *memory,
              void (*send)(void *context, const uint8_t *frame, size_t size), void *context);

// A frame of `size` bytes arrives for the guest. Lost are frames of impossible size, and those for
// which there is no room.
void net_receive(struct net *net, const uint8_t *frame, size_t size);

#endif
