// The cable of virtio/wire.c, at whose other end this test is: frames in pieces, many at once,
// none.

#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../virtio/wire.h"
#include "common/test/tap.h"

#define HEADER_SIZE sizeof(struct virtio_net_header)

static struct wire wire;
static struct virtio_net_wire card;
static int other;  // the other end's socket
static uint8_t frame[4 + VIRTIO_NET_LONG_MAX + 1];

// Returns the wire's end of a new connection.
static int connection(void)
{
    int ends[2];

    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) < 0)
        exit(EXIT_FAILURE);
    other = ends[1];
    return ends[0];
}

static void begin(void)
{
    struct wire_end end = {.text = "test", .fd = connection(), .listener = -1};

    memset(&wire, 0, sizeof(wire));
    card = wire_open(&wire, &end);
}

// What the thread does when something may have happened.
static void wake(void)
{
    struct pollfd waits = wire_wait(&wire);

    if (poll(&waits, 1, 0) > 0)
        wire_woken(&wire, waits.revents);
}

// A frame of `size` bytes, each of them `byte`, behind its length.
static void put(uint8_t *at, uint32_t size, uint8_t byte)
{
    for (unsigned i = 0; i < 4; i++)
        at[i] = (uint8_t)(size >> (24 - 8 * i));
    memset(at + 4, byte, size);
}

static uint64_t next(void)
{
    uint64_t size;

    return card.next(card.context, &size) ? size : 0;
}

static uint8_t last_byte(void)
{
    return ((uint8_t *)wire.packet)[wire.packet_size - 1];
}

static bool write_other(const void *data, size_t size)
{
    return write(other, data, size) == (ssize_t)size;
}

static void test_receive(void)
{
    begin();
    put(frame, 100, 7);
    is_int(next(), 0, "nothing has come");
    for (unsigned i = 0; i < 104; i++) {
        if (!write_other(frame + i, 1) || (wake(), (next() != 0) != (i == 103)))
            break;
    }
    is_int(next(), HEADER_SIZE + 100, "a frame byte by byte: complete with its last one");
    is_int(last_byte(), 7, "which is what was sent");
    card.drop(card.context);
    is_int(next(), 0, "then there is none");
    for (uint8_t n = 1; n <= 50; n++) {
        put(frame, 1000 + n, n);
        if (!write_other(frame, 1004 + n))
            break;
    }
    for (uint8_t n = 1; n <= 50; n++, card.drop(card.context)) {
        wake();
        if (next() != HEADER_SIZE + 1000 + n || last_byte() != n)
            is_int(next(), HEADER_SIZE + 1000 + n, "frame %u", n);
    }
    is_int(next(), 0, "fifty at once");
    put(frame, VIRTIO_NET_LONG_MAX, 9);
    for (size_t done = 0; done < 4 + VIRTIO_NET_LONG_MAX && !next(); wake()) {
        ssize_t put_in = write(other, frame + done, 4 + VIRTIO_NET_LONG_MAX - done);

        done += put_in > 0 ? (size_t)put_in : 0;
    }
    is_int(next(), HEADER_SIZE + VIRTIO_NET_LONG_MAX, "the longest one");
    ok(!(wire_wait(&wire).events & POLLIN), "while it waits nothing is read");
}

// What is no frame the card throws away; it doesn't shift what comes behind it.
static void test_short(void)
{
    begin();
    for (uint8_t size = 0; size < 3; size++) {
        put(frame, size, size);
        if (!write_other(frame, 4u + size))
            break;
    }
    wake();
    for (uint64_t size = 0; size < 3; size++, card.drop(card.context))
        is_int(next(), HEADER_SIZE + size, "a frame of %u bytes", (unsigned)size);
    is_int(next(), 0, "and nothing behind them");
}

static void test_send(void)
{
    unsigned count = 0;
    uint8_t length[4];
    ssize_t got;

    begin();
    for (uint8_t *room; (room = card.room(card.context)) != NULL && count < 100000; count++) {
        memset(room, 3, HEADER_SIZE + 1000);
        card.send(card.context, HEADER_SIZE + 1000);
    }
    ok(count > 10 && count < 100000, "who doesn't read makes the sender wait");
    ok(wire_wait(&wire).events & POLLOUT, "until there is room");
    is_int(read(other, length, 4), 4, "a length comes first");
    is_int(length[2] << 8 | length[3], 1000, "of the frame without its header");
    for (size_t left = count * 1004 - 4; left; left -= got > 0 ? (size_t)got : 0) {
        wake();
        wire_flush(&wire);
        got = read(other, frame, left < sizeof(frame) ? left : sizeof(frame));
        if (got == 0)
            break;
    }
    wire_flush(&wire);
    is_int(read(other, frame, 1), -1, "all of them arrive, and nothing else");
    ok(!(wire_wait(&wire).events & POLLOUT), "and nothing is left to be sent");
}

static void test_end(void)
{
    begin();
    put(frame, 60, 5);
    ok(write_other(frame, 64) && close(other) == 0, "a frame and an end");
    wake();
    is_int(next(), HEADER_SIZE + 60, "the frame is still there");
    card.drop(card.context);
    wake();
    is_int(next(), 0, "and then nothing");
    is_int(wire.end.fd, -1, "the wire has hung up");
    card.send(card.context, HEADER_SIZE + 60);
    ok(card.room(card.context) != NULL, "what is sent then is lost");
    begin();
    put(frame, 60, 5);
    if (write_other(frame, 64) && (wake(), next()))
        close(other);
    wake();
    is_int(wire.end.fd, -1, "an end while a frame waits");
    is_int(next(), 0, "the frame is lost, too");
    begin();
    put(frame, 100, 7);
    ok(write_other(frame, 50) && (wake(), next() == 0) && close(other) == 0, "an end in a frame");
    wake();
    is_int(next(), 0, "half a frame is none");
    is_int(wire.end.fd, -1, "the wire has hung up");
    wire.end.fd = connection();
    put(frame, 60, 5);
    ok(write_other(frame, 64), "somebody else comes");
    wake();
    is_int(next(), HEADER_SIZE + 60, "and begins with a frame of his own");
    begin();
    put(frame, VIRTIO_NET_LONG_MAX + 1, 9);
    ok(write_other(frame, 4), "one byte more than the longest frame");
    wake();
    is_int(next(), 0, "is no frame");
    is_int(wire.end.fd, -1, "and an end");
    begin();
    memset(frame, 0xFF, 100);
    ok(write_other(frame, 100), "nonsense");
    wake();
    is_int(next(), 0, "is no frame");
    is_int(wire.end.fd, -1, "and an end");
}

int main(void)
{
    test_receive();
    test_short();
    test_send();
    test_end();
    return done_testing();
}
