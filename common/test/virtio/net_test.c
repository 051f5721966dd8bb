// The virtio network card of common/pc/virtio/net.h, packet by packet, as a driver and a wire see
// it.

#include "common/test/tap.h"
#include "common/test/virtio/wire.h"

static uint16_t next[2];  // the available rings' indices

static void begin(uint32_t offloads)
{
    power_on_card(offloads);
    start_card(offloads);
    next[0] = next[1] = 0;
}

static uint16_t used_count(unsigned queue)
{
    return peek16(USED + queue * QUEUE + 2);
}

static uint32_t used_size(unsigned queue)
{
    uint32_t size;

    memcpy(&size, ram_bytes + USED + queue * QUEUE + 4 + (next[queue] - 1) % QUEUE_SIZE * 8 + 4, 4);
    return size;
}

static bool failed(void)
{
    return get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET;
}

// The driver sends a packet of `size` bytes, its header in a buffer of its own.
static void transmit(uint32_t size)
{
    uint32_t first = size < HEADER_SIZE ? size : HEADER_SIZE;

    describe(DESCRIPTORS + QUEUE, 0, HEADER, first, D_NEXT, 1);
    describe(DESCRIPTORS + QUEUE, 1, DATA, size - first, 0, 0);
    offer_to(VIRTIO_NET_TRANSMIT, next[1]++, 0);
}

// The driver has room for `size` bytes.
static void make_room(uint32_t size)
{
    describe(DESCRIPTORS, 0, DATA, size, D_WRITE, 0);
    offer_to(VIRTIO_NET_RECEIVE, next[0]++, 0);
}

static bool arrives(uint64_t size)
{
    set32(VIRTIO_INTERRUPT_ACK, VIRTIO_INTERRUPT_USED);
    waiting_size = size;
    virtio_net_move(&card);
    return virtio_interrupt(tested);
}

static void test_transmit(void)
{
    begin(0);
    memset(ram_bytes + DATA, 0xA5, 100);
    transmit(HEADER_SIZE + 100);
    is_int(sent_size, HEADER_SIZE + 100, "what the guest sends arrives");
    ok(sent[HEADER_SIZE] == 0xA5 && sent[HEADER_SIZE + 99] == 0xA5, "byte by byte");
    is_int(used_count(1), 1, "and goes back to the driver");
    is_int(used_size(1), 0, "with nothing written");
    ok(virtio_interrupt(tested), "with an interrupt");
    transmit(HEADER_SIZE + VIRTIO_NET_FRAME_MIN - 1);
    describe(DESCRIPTORS + QUEUE, 0, 0, RAM_SIZE, D_NEXT, 1);
    describe(DESCRIPTORS + QUEUE, 1, 0, VIRTIO_NET_PACKET_MAX + 1 - RAM_SIZE, 0, 0);
    offer_to(VIRTIO_NET_TRANSMIT, next[1]++, 0);
    is_int(sends, 1, "what is no frame isn't sent");
    is_int(used_count(1), 3, "but goes back");
    wire_full = true;
    transmit(HEADER_SIZE + 60);
    transmit(HEADER_SIZE + 61);
    is_int(used_count(1), 3, "a wire without room: frames wait");
    wire_full = false;
    virtio_net_move(&card);
    is_int(sends, 3, "until there is some");
    is_int(sent_size, HEADER_SIZE + 61, "in their order");
    ok(!failed(), "and all that is no fault");
}

static void test_receive(void)
{
    struct virtio_net_header header;

    begin(0);
    memset(waiting, 0x5A, sizeof(waiting));
    ok(!arrives(HEADER_SIZE + 60), "without a buffer no interrupt");
    is_int(waiting_size, HEADER_SIZE + 60, "and the frame waits");
    make_room(2000);
    is_int(waiting_size, 0, "until there is one");
    is_int(used_size(0), HEADER_SIZE + 60, "the driver hears how much it is");
    memcpy(&header, ram_bytes + DATA, sizeof(header));
    is_int(header.buffers, 1, "in one buffer");
    is_int(ram_bytes[DATA + HEADER_SIZE + 59], 0x5A, "it is what arrived");
    is_int(ram_bytes[DATA + HEADER_SIZE + 60], 0, "and no more");
    make_room(HEADER_SIZE + VIRTIO_NET_FRAME_MAX);
    is_int(used_count(0), 1, "a buffer waits for a frame");
    ok(arrives(HEADER_SIZE + VIRTIO_NET_FRAME_MAX), "the longest frame is an interrupt");
    is_int(used_count(0), 2, "and fits");
    make_room(2000);
    arrives(HEADER_SIZE + VIRTIO_NET_FRAME_MAX + 1);
    arrives(HEADER_SIZE + VIRTIO_NET_FRAME_MIN - 1);
    is_int(used_count(0), 2, "what is longer or no frame gets lost");
    is_int(drops, 4, "for good");
    ok(!failed(), "and all that is no fault");
    set32(VIRTIO_STATUS, 0);
    arrives(HEADER_SIZE + 60);
    is_int(waiting_size, 0, "without a driver frames are lost");
}

static void test_long(void)
{
    begin(VIRTIO_NET_F_GUEST_TSO4);
    make_room(8000);
    arrives(HEADER_SIZE + 7000);
    is_int(used_size(0), HEADER_SIZE + 7000, "a long segment, for a driver that takes them");
    make_room(8000);
    arrives(HEADER_SIZE + 8000);
    is_int(used_size(0), 0, "one that doesn't fit is lost");
    is_int(waiting_size, 0, "for good");
    ok(!failed(), "which is no fault: 1526 bytes are enough");
}

// VIRTIO 1.2, "Setting Up Receive Buffers": 1526 bytes are a header and a frame without a tag.
static void test_room(void)
{
    begin(0);
    make_room(1526);
    arrives(1526);
    is_int(used_size(0), 1526, "the longest frame without a tag, for the least room");
    make_room(1526);
    arrives(1526 + 4);
    is_int(used_count(0) * 0x10000 + used_size(0), 0x20000, "with a tag it is lost");
    ok(!failed(), "and no fault of the driver's");
    make_room(1525);
    arrives(1526);
    ok(failed(), "a byte less is one");
    is_int(used_count(0), 2, "it gets nothing");
}

static void test_lies(void)
{
    for (uint32_t size = 0; size < HEADER_SIZE; size += HEADER_SIZE - 1) {
        begin(0);
        transmit(size);
        ok(failed() && !sends, "a header of %u bytes: needs a reset", size);
        make_room(2000);
        arrives(HEADER_SIZE + 60);
        is_int(used_count(0), 0, "and does nothing until then");
        is_int(waiting_size, 0, "what arrives meanwhile is lost");
        start_card(0);
        put16(AVAILABLE + 2, 0);
        put16(AVAILABLE + QUEUE + 2, 0);
        next[0] = 0;
        make_room(2000);
        arrives(HEADER_SIZE + 60);
        is_int(used_count(0), 1, "but after it");
    }
    begin(0);
    describe(DESCRIPTORS, 0, DATA, 2000, 0, 0);
    offer_to(VIRTIO_NET_RECEIVE, 0, 0);
    arrives(HEADER_SIZE + 60);
    ok(failed(), "a buffer for what arrives that can't be written");
    begin(0);
    make_room(HEADER_SIZE + 59);
    arrives(HEADER_SIZE + 60);
    ok(failed(), "one that is too small");
    begin(0);
    describe(DESCRIPTORS + QUEUE, 0, RAM_SIZE - 20, 100, 0, 0);
    offer_to(VIRTIO_NET_TRANSMIT, 0, 0);
    ok(failed() && !sends, "a frame across the end of RAM");
    begin(0);
    set32(VIRTIO_QUEUE_NOTIFY, 2);
    ok(!failed(), "a ring at a queue that isn't there is no fault");
}

static void test_configuration(void)
{
    power_on_card(0);
    is_int(get32(VIRTIO_DEVICE_ID), 1, "a network card");
    is_int(virtio_read(tested, VIRTIO_CONFIG, 2), 0x302, "its address");
    is_int(virtio_read(tested, VIRTIO_CONFIG + 5, 1), 13, "to the end");
    is_int(virtio_read(tested, VIRTIO_CONFIG + 6, 2), 0, "no carrier");
    virtio_net_link(&card, true);
    is_int(virtio_read(tested, VIRTIO_CONFIG + 6, 2), VIRTIO_NET_LINK_UP, "a carrier");
    is_int(get32(VIRTIO_GENERATION), 1, "the configuration is another one");
    ok(!virtio_interrupt(tested), "no interrupt without a driver");
    start_card(0);
    virtio_net_link(&card, true);
    ok(!virtio_interrupt(tested), "nor when nothing has changed");
    virtio_net_link(&card, false);
    is_int(get32(VIRTIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG, "one when the carrier goes");
    power_on_card(VIRTIO_NET_F_CHECKSUM);
    ok(get32(VIRTIO_DEVICE_FEATURES) & VIRTIO_NET_F_CHECKSUM, "it offers what its wire can do");
    set32(VIRTIO_QUEUE_SEL, 2);
    is_int(get32(VIRTIO_QUEUE_SIZE_MAX), 0, "it has two queues");
}

int main(void)
{
    test_configuration();
    test_transmit();
    test_receive();
    test_long();
    test_room();
    test_lies();
    return done_testing();
}
