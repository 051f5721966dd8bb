// Random drivers against the virtio disk: registers, configuration, the rings and the requests in
// them, and its function on a PCI bus. Reaching beyond RAM or the image aborts in driver.h; here
// stand the promises of device.h and queue.h.
//
// Each step is four bytes of input: what to do, where, and a value of two bytes.

#include <stddef.h>

#include "common/test/virtio/bus.h"
#include "common/test/virtio/disk.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static void step(const uint8_t *data)
{
    uint8_t what = data[0], where = data[1];
    uint16_t value = data[2] | data[3] << 8;

    if (where >= 0xF0) {
        step_bus(what, (uint8_t)value, (value >> 8) * 0x101);
        return;
    }
    switch (what & 7) {
    case 0: virtio_write(&disk.device, where * 4, 4, value); break;
    case 1: virtio_write(&disk.device, value, where & 15, value * 0x10001ull); break;
    case 2: virtio_read(&disk.device, value & 0x1FF, 1 + (where & 7)); break;
    case 3:
        describe(where & 1 ? TABLE : DESCRIPTORS, where >> 1 & 7, lie(where >> 5, value),
                 (value >> 8) * (what & 8 ? 0x1010101u : 8u), what >> 4, value);
        break;
    case 4: put_header(where & 15, value); break;
    case 5: put16(AVAILABLE + where % 32, value); break;
    case 6: offer(peek16(AVAILABLE + 2) + (what >> 4), where & 7); break;
    case 7:
        image_broken = what & 8;
        set32(VIRTIO_QUEUE_NOTIFY, where & 1);
        break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (!size)
        return 0;
    power_on(data[0] & 1);
    power_on_bus();
    if (data[0] & 16) {
        set_master(true);
        connect_messages();
    }
    if (data[0] & 2) {
        start(data[0] & 4 ? VIRTIO_F_EVENT_IDX | VIRTIO_F_INDIRECT : 0);
        describe(DESCRIPTORS, 0, HEADER, 16, D_NEXT, 1);
        describe(DESCRIPTORS, 1, DATA, 512, D_NEXT | (data[0] & 8 ? D_WRITE : 0), 2);
        describe(DESCRIPTORS, 2, STATUS, 1, D_WRITE, 0);
        describe(TABLE, 0, HEADER, 16, D_NEXT, 1);
        describe(TABLE, 1, STATUS, 1, D_WRITE, 0);
        describe(DESCRIPTORS, 3, TABLE, 32, D_INDIRECT, 0);
    }
    for (size_t i = 1; i + 4 <= size; i += 4) {
        bool failed = get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET;
        unsigned before = touched;
        const struct virtqueue *queue = &disk.device.queues[0];

        step(data + i);
        if (get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET)
            CHECK(!failed || touched == before);  // a device that gave up serves nothing
        else
            CHECK(!queue->ready || queue->taken == queue->returned);  // others all that was asked
        CHECK(virtio_interrupt(&disk.device) == (get32(VIRTIO_INTERRUPT_STATUS) != 0));
        CHECK(!(disk.device.accepted & ~disk.device.offered) ||
              !(get32(VIRTIO_STATUS) & VIRTIO_FEATURES_OK));
        CHECK(!disk.image.read_only ||
              (!disk_bytes[0] && !memcmp(disk_bytes, disk_bytes + 1, sizeof(disk_bytes) - 1)));
        set32(VIRTIO_STATUS, get32(VIRTIO_STATUS));
    }
    // And then it is a disk again.
    set_master(true);
    start(0);
    put16(AVAILABLE, 0);
    image_broken = false;
    put_header(VIRTIO_BLK_FLUSH, 0);
    describe(DESCRIPTORS, 0, HEADER, 16, D_NEXT, 1);
    describe(DESCRIPTORS, 1, STATUS, 1, D_WRITE, 0);
    ram_bytes[STATUS] = 0xFF;
    offer(0, 0);
    CHECK(ram_bytes[STATUS] == VIRTIO_BLK_OK && virtio_interrupt(&disk.device));
    return 0;
}
