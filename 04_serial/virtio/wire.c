// The cable of wire.h. Nothing here waits: what can't be read or written now is when poll() says
// so. What nobody can receive is lost, as on any cable, and the guest sees that there is no
// carrier.

#include "wire.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <linux/if_tun.h>

#define LENGTH_SIZE 4  // bytes in front of a frame
#define HEADER_SIZE sizeof(struct virtio_net_header)
#define IN_FIRST    (HEADER_SIZE - LENGTH_SIZE)  // room for a header in front of the first frame

static void hang_up(struct wire *wire)
{
    close(wire->end.fd);
    wire->end.fd = -1;
    wire->readable = false;
    wire->packet = NULL;
    wire->in_begin = wire->in_end = IN_FIRST;
    wire->out_begin = wire->out_end = 0;
}

// Reads as much as there is room for. Less came: that was all for now.
static size_t fill(struct wire *wire, size_t from)
{
    size_t room = sizeof(wire->in) - from;
    ssize_t got = read(wire->end.fd, wire->in + from, room);

    if (got == 0 || (got < 0 && errno != EAGAIN && errno != EINTR))
        hang_up(wire);
    wire->readable = wire->end.fd >= 0 && (got < 0 ? errno == EINTR : (size_t)got == room);
    return got > 0 ? (size_t)got : 0;
}

// Cuts a frame off what has arrived. The header goes in front of it, over the length and over what
// is done with.
static void cut(struct wire *wire)
{
    const uint8_t *at = wire->in + wire->in_begin;
    size_t have = wire->in_end - wire->in_begin, size;

    if (have < LENGTH_SIZE)
        return;
    size = (size_t)at[0] << 24 | at[1] << 16 | at[2] << 8 | at[3];
    if (size > VIRTIO_NET_LONG_MAX) {
        fprintf(stderr, "--net %s: a frame of %zu bytes, expected up to %d: hung up\r\n",
                wire->end.text, size, VIRTIO_NET_LONG_MAX);
        hang_up(wire);
    } else if (have - LENGTH_SIZE >= size) {
        wire->packet = wire->in + wire->in_begin - IN_FIRST;
        wire->packet_size = HEADER_SIZE + size;
        memset(wire->packet, 0, HEADER_SIZE);
        wire->in_begin += LENGTH_SIZE + size;
    }
}

static void fetch_from_socket(struct wire *wire)
{
    cut(wire);
    while (!wire->packet && wire->readable) {
        size_t rest = wire->in_end - wire->in_begin, got;

        memmove(wire->in + IN_FIRST, wire->in + wire->in_begin, rest);
        wire->in_begin = IN_FIRST;
        wire->in_end = IN_FIRST + rest;
        got = fill(wire, wire->in_end);  // which empties it when it hangs up
        wire->in_end += got;
        cut(wire);
    }
}

// A tap gives a packet at a time, with its header.
static void fetch_from_tap(struct wire *wire)
{
    wire->packet_size = fill(wire, 0);
    wire->packet = wire->packet_size ? wire->in : NULL;
    wire->readable = wire->end.fd >= 0 && wire->packet;
}

static void *wire_next(void *context, uint64_t *size)
{
    struct wire *wire = context;

    if (!wire->packet && wire->end.tap && wire->readable)
        fetch_from_tap(wire);
    if (!wire->packet && !wire->end.tap)
        fetch_from_socket(wire);
    *size = wire->packet_size;
    return wire->packet;
}

static void wire_drop(void *context)
{
    ((struct wire *)context)->packet = NULL;
}

void wire_flush(struct wire *wire)
{
    ssize_t sent = 0;

    while (wire->out_begin < wire->out_end && (sent >= 0 || errno == EINTR)) {
        sent = write(wire->end.fd, wire->out + wire->out_begin, wire->out_end - wire->out_begin);
        wire->out_begin += sent > 0 ? (size_t)sent : 0;
    }
    if (wire->out_begin == wire->out_end)
        wire->out_begin = wire->out_end = 0;
    else if (errno != EAGAIN)
        hang_up(wire);
}

static void *wire_room(void *context)
{
    struct wire *wire = context;

    if (sizeof(wire->out) - wire->out_end < VIRTIO_NET_PACKET_MAX)
        wire_flush(wire);
    return sizeof(wire->out) - wire->out_end < VIRTIO_NET_PACKET_MAX ? NULL
                                                                     : wire->out + wire->out_end;
}

// To a tap a packet goes at once, and as it is, and the answer may be there already. For a socket
// the length takes the place of the header, and frames are collected: one write() for as many as
// the guest has, and one wake-up.
static void wire_send(void *context, uint64_t size)
{
    struct wire *wire = context;
    uint8_t *packet = wire->out + wire->out_end;
    size_t frame = size - HEADER_SIZE;

    if (wire->end.tap) {
        // Else it is lost: the interface is down, or doesn't like it.
        wire->readable = write(wire->end.fd, packet, size) >= 0 || wire->readable;
        return;
    }
    if (wire->end.fd < 0)
        return;
    for (unsigned i = 0; i < LENGTH_SIZE; i++)
        packet[i] = (uint8_t)(frame >> 8 * (LENGTH_SIZE - 1 - i));
    memmove(packet + LENGTH_SIZE, packet + HEADER_SIZE, frame);
    wire->out_end += LENGTH_SIZE + frame;
}

struct pollfd wire_wait(const struct wire *wire)
{
    short in = wire->packet ? 0 : POLLIN;
    short out = wire->out_begin < wire->out_end ? POLLOUT : 0;

    if (wire->end.fd < 0)
        return (struct pollfd){.fd = wire->end.listener, .events = POLLIN};
    return (struct pollfd){.fd = wire->end.fd, .events = in | out};
}

// Who has hung up is heard to the end, unless the guest doesn't listen.
void wire_woken(struct wire *wire, short revents)
{
    if (wire->end.fd < 0 && revents)
        wire->end.fd = accept4(wire->end.listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    else if (revents & POLLIN)
        wire->readable = true;
    else if (revents & (POLLHUP | POLLERR))
        hang_up(wire);
}

void wire_set_offloads(struct wire *wire, uint64_t features)
{
    unsigned flags = features & VIRTIO_NET_F_GUEST_CHECKSUM ? TUN_F_CSUM : 0;

    if (!wire->end.tap || wire->offloads == features)
        return;
    if (features & VIRTIO_NET_F_GUEST_TSO4)
        flags |= TUN_F_TSO4;
    if (ioctl(wire->end.fd, TUNSETOFFLOAD, flags) == 0)
        wire->offloads = features;
}

struct virtio_net_wire wire_open(struct wire *wire, const struct wire_end *end)
{
    // What the tap's kernel does with a packet's header, a socket's other end might not.
    const uint32_t offloads = VIRTIO_NET_F_CHECKSUM | VIRTIO_NET_F_HOST_TSO4 |
                              VIRTIO_NET_F_GUEST_CHECKSUM | VIRTIO_NET_F_GUEST_TSO4;
    struct virtio_net_wire card = {.mac = {0x02, 'H', 'V'},  // 02: not a manufacturer's
                                   .offloads = end->tap ? offloads : 0,
                                   .room = wire_room,
                                   .send = wire_send,
                                   .next = wire_next,
                                   .drop = wire_drop,
                                   .context = wire};
    uint32_t hash = 2166136261;  // FNV-1a

    for (const char *c = end->text; *c; c++)
        hash = (hash ^ (uint8_t)*c) * 16777619;
    for (unsigned i = 0; i < 3; i++)
        card.mac[3 + i] = (uint8_t)(hash >> 8 * i);
    wire->end = *end;
    wire->in_begin = wire->in_end = IN_FIRST;
    return card;
}
