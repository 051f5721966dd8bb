// A virtio network card: frames go between two queues of the driver and a wire that the owner has.
//
// Each frame stands behind a header of 12 bytes that says what is still to be done to it: a
// checksum to be filled in, a long TCP segment to be cut into frames. Who offers no such work finds
// it zero.
//
// Source: VIRTIO 1.2, "Network Device".

#ifndef COMMON_PC_VIRTIO_NET_H
#define COMMON_PC_VIRTIO_NET_H

#include "common/pc/virtio/device.h"

enum virtio_net_queue { VIRTIO_NET_RECEIVE = 0, VIRTIO_NET_TRANSMIT = 1 };  // as the guest sees it

// Features, and the configuration's fields that two of them announce.
#define VIRTIO_NET_F_CHECKSUM       (1u << 0)   // the device fills in checksums,
#define VIRTIO_NET_F_GUEST_CHECKSUM (1u << 1)   // the driver takes frames without,
#define VIRTIO_NET_F_MAC            (1u << 5)   // the configuration has an address,
#define VIRTIO_NET_F_GUEST_TSO4     (1u << 7)   // the driver takes long segments,
#define VIRTIO_NET_F_HOST_TSO4      (1u << 11)  // the device cuts them up,
#define VIRTIO_NET_F_STATUS         (1u << 16)  // the configuration says whether there is a carrier

#define VIRTIO_NET_LINK_UP 1u

// Bytes of a frame: an address of each end and a type; then, with a VLAN's tag, up to 1500 bytes;
// or a long segment.
#define VIRTIO_NET_FRAME_MIN 14
#define VIRTIO_NET_FRAME_MAX 1518
#define VIRTIO_NET_LONG_MAX  65550

struct virtio_net_header {
    uint8_t flags, segmentation;
    uint16_t header_size, segment_size, checksum_start, checksum_offset;
    uint16_t buffers;
};

#define VIRTIO_NET_PACKET_MAX (sizeof(struct virtio_net_header) + VIRTIO_NET_LONG_MAX)

// The wire, on which packets are frames with their headers. Sizes are in bytes.
struct virtio_net_wire {
    uint8_t mac[6];     // the card's address
    uint32_t offloads;  // features of the header that the other end understands
    // Where the next packet of the guest's goes, up to VIRTIO_NET_PACKET_MAX, and sends it from
    // there. NULL: there is no room now. What can't be sent is lost, as on any wire.
    void *(*room)(void *context);
    void (*send)(void *context, uint64_t size);
    // The packet that has waited longest for the guest, NULL if none does; and drops it.
    void *(*next)(void *context, uint64_t *size);
    void (*drop)(void *context);
    void *context;
};

struct virtio_net {
    struct virtio device;
    struct virtio_net_wire wire;
    struct {
        uint8_t mac[6];
        uint16_t status;
    } config;
};

// A card at the end of `wire`, without a carrier, for a guest with this RAM. `net` must stay where
// it is.
void virtio_net_create(struct virtio_net *net, const struct guest_ram *ram,
                       const struct virtio_net_wire *wire);

// Is there anybody at the other end?
void virtio_net_link(struct virtio_net *net, bool up);

// Moves what can be moved, in both directions: something has arrived, or there is room again, or
// the driver has rung. What arrives for a driver that isn't served is lost: it hasn't started, or
// has broken the rules.
void virtio_net_move(struct virtio_net *net);

#endif
