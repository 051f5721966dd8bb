// Random drivers against the virtio network card, at a wire on which anything may arrive. The
// card is on a bus. Reaching beyond RAM or a packet's room aborts in driver.h or wire.h; here stand
// the promises of net.h.
//
// Each step is four bytes of input: what to do, where, and a value of two bytes.

#include <stddef.h>

#include "common/test/virtio/bus.h"
#include "common/test/virtio/wire.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static void step(const uint8_t *data)
{
    uint8_t what = data[0], where = data[1];
    uint16_t value = data[2] | data[3] << 8;
    uint64_t queue = (what >> 3 & 1) * QUEUE;

    if (where >= 0xF0) {
        step_bus(what, (uint8_t)value, (value >> 8) * 0x101);
        return;
    }
    switch (what & 7) {
    case 0: virtio_write(tested, where * 4, 4, value); break;
    case 1: virtio_write(tested, value, where & 15, value * 0x10001ull); break;
    case 2: virtio_read(tested, value & 0x1FF, 1 + (where & 7)); break;
    case 3:
        describe(where & 1 ? TABLE : DESCRIPTORS + queue, where >> 1 & 7, lie(where >> 5, value),
                 value, what >> 4, value >> 8);
        break;
    case 4:
        waiting_size = value;
        wire_full = where & 1;
        virtio_net_move(&card);
        CHECK(virtio_runs(tested) || !waiting_size);  // else the wire would always be readable
        break;
    case 5: put16(AVAILABLE + queue + where % 32, value); break;
    case 6: offer_to(queue > 0, peek16(AVAILABLE + queue + 2) + (what >> 4), where & 7); break;
    case 7: virtio_net_link(&card, where & 1); break;
    }
}

static bool failed(void)
{
    return get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    power_on_card(data[0] & 1 ? VIRTIO_NET_F_GUEST_TSO4 : 0);
    power_on_bus();
    if (data[0] & 8) {
        set_master(true);
        connect_messages();
    }
    if (data[0] & 2) {
        start_card((data[0] & 4 ? VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT : 0) |
                   (data[0] & 1 ? VIRTIO_NET_F_GUEST_TSO4 : 0));
        describe(DESCRIPTORS, 0, DATA, 2000, D_WRITE, 0);
        describe(DESCRIPTORS + QUEUE, 0, HEADER, HEADER_SIZE, D_NEXT, 1);
        describe(DESCRIPTORS + QUEUE, 1, DATA, 100, 0, 0);
        describe(DESCRIPTORS + QUEUE, 2, TABLE, 32, D_INDIRECT, 0);
    }
    for (size_t i = 1; i + 4 <= size; i += 4) {
        bool before = failed();
        unsigned count = sends;

        step(data + i);
        CHECK(!before || !failed() || sends == count);  // a device that gave up sends nothing
        CHECK(sent_size <= VIRTIO_NET_PACKET_MAX);
        for (unsigned n = 0; n < 2 && !failed(); n++)
            CHECK(card.device.queues[n].taken == card.device.queues[n].returned);
        CHECK(virtio_interrupt(tested) == (get32(VIRTIO_INTERRUPT_STATUS) != 0));
        CHECK(!memcmp(card.config.mac, card.wire.mac, 6));
    }
    // And then it is a card again.
    set_master(true);
    wire_full = false;
    waiting_size = 0;
    start_card(0);
    memset(ram_bytes + AVAILABLE, 0, 2 * QUEUE);
    describe(DESCRIPTORS, 0, DATA, 2000, D_WRITE, 0);
    describe(DESCRIPTORS + QUEUE, 0, DATA, HEADER_SIZE + 60, 0, 0);
    sends = 0;
    offer_to(VIRTIO_NET_TRANSMIT, 0, 0);
    CHECK(sends == 1);
    offer_to(VIRTIO_NET_RECEIVE, 0, 0);
    waiting_size = HEADER_SIZE + 60;
    virtio_net_move(&card);
    CHECK(virtio_interrupt(tested) && waiting_size == 0);
    return 0;
}
