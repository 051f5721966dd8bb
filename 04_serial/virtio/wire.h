// The guest's network cable, and what is at its other end: a stream socket, on which each frame
// stands behind its length in 4 bytes, high byte first, as QEMU and passt speak it; or a tap, a
// network interface of the host.

#ifndef WIRE_H
#define WIRE_H

#include <poll.h>
#include <stddef.h>

#include "common/pc/virtio/net.h"

// What the user asked for.
struct wire_end {
    const char *text;  // NULL: there is no network
    int fd;            // what is connected, -1: nobody yet
    int listener;      // where somebody may connect, -1: nowhere
    bool tap;
};

// The cable. The thread that serves it is the only one to touch it.
struct wire {
    struct wire_end end;
    bool readable;              // there may be more to read
    uint64_t offloads;          // features that the driver took, as the tap knows them
    void *packet;               // the one that waits for the guest, or NULL
    uint64_t packet_size;       // bytes
    size_t in_begin, in_end;    // what came behind it
    size_t out_begin, out_end;  // what is still to be sent
    uint8_t in[2 * VIRTIO_NET_PACKET_MAX], out[2 * VIRTIO_NET_PACKET_MAX];
};

// For `--net socket=PATH`, `listen=PATH` or `tap=NAME`: connects, listens, or opens the tap.
// Refuses other words, a second network, and what can't be opened: one line, and VM_BAD_USAGE.
void wire_option(struct wire_end *end, const char *text);

// The cable as the card sees it, whose address is made from what the user said: two guests at one
// network have different ones.
struct virtio_net_wire wire_open(struct wire *wire, const struct wire_end *end);

// What poll() should wait for; what it found. Connecting and hanging up happen here.
struct pollfd wire_wait(const struct wire *wire);
void wire_woken(struct wire *wire, short revents);

// The driver took these features: what arrives may make use of them.
void wire_set_offloads(struct wire *wire, uint64_t features);

// Sends what was put on the cable, or as much of it as there is room for.
void wire_flush(struct wire *wire);

#endif
