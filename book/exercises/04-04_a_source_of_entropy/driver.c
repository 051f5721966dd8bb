// The other side of the source of entropy: a driver without a guest, the one of common/test/virtio.
// It asks for bytes in buffers of every cut, and then for what a source has to refuse.

#include "common/test/virtio/driver.h"
#include "common/pc/virtio/entropy.h"
#include "unit.h"

static struct virtio_entropy entropy;
static uint8_t fill_with;
static uint64_t filled;
static uint16_t next;

static void fill(void *data, uint64_t size)
{
    memset(data, fill_with, size);
    filled += size;
}

static void begin(void)
{
    power_on_device(&entropy.device);
    virtio_entropy_create(&entropy, &test_ram, fill);
    start(0);
    filled = next = 0;
    fill_with = 1 + unit_random(255);
}

// What stands in the used ring for the last request.
static uint32_t used_size(void)
{
    uint32_t size;

    memcpy(&size, ram_bytes + USED + 4 + (next - 1) % QUEUE_SIZE * 8 + 4, sizeof(size));
    return size;
}

static void is_device(void)
{
    begin();
    unit_is(get32(VIRTIO_DEVICE_ID), 4, "the device ID of an entropy source",
            "VIRTIO 1.2, \"Device Types\"; it is a field of struct virtio_kind");
    set32(VIRTIO_QUEUE_SEL, 0);
    unit_is(get32(VIRTIO_QUEUE_SIZE_MAX), VIRTQUEUE_SIZE_MAX, "the size of queue 0",
            "how many queues a device has is a field of struct virtio_kind");
    set32(VIRTIO_QUEUE_SEL, 1);
    unit_is(get32(VIRTIO_QUEUE_SIZE_MAX), 0, "the size of queue 1, which isn't there",
            "an entropy source has one queue");
    unit_is(get32(VIRTIO_STATUS) & VIRTIO_FEATURES_OK, VIRTIO_FEATURES_OK,
            "FEATURES_OK, which the driver reads back",
            "the features of every device here have to be offered, as blk.c does it");
    unit_is(entropy.device.offered, VIRTIO_F_INDIRECT | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1,
            "the features that are offered", "those of every device here, and no others");
}

// One request in up to three buffers of random sizes, with gaps.
static void request(unsigned round)
{
    unsigned count = 1 + unit_random(3);
    uint32_t size = 0, at = DATA, sizes[3], places[3];

    memset(ram_bytes + DATA, 0, RAM_SIZE - DATA);
    for (unsigned i = 0; i < count; i++) {
        sizes[i] = 1 + unit_random(900);
        places[i] = at + unit_random(64) + 1;
        at = places[i] + sizes[i];
        size += sizes[i];
        describe(DESCRIPTORS, i, places[i], sizes[i], D_WRITE | (i + 1 < count ? D_NEXT : 0),
                 i + 1);
    }
    offer(next++, 0);
    unit_is(peek16(USED + 2), next, "the number of requests that came back",
            "the queue returns each as soon as serve() has returned");
    unit_is(used_size(), size, "the bytes that were written, as the used ring has them",
            "that is what serve() returns");
    for (unsigned i = 0; i < count; i++)
        for (uint32_t n = 0; n < sizes[i]; n++)
            unit_is(ram_bytes[places[i] + n], fill_with, "a byte of a buffer, filled",
                    "all writable buffers of the chain, one after the other: virtqueue_walk()");
    unit_is(ram_bytes[DATA] | ram_bytes[at], 0, "the bytes in front of and behind the buffers",
            "buffers end where their sizes say");
    (void)round;
}

static void is_bounded(void)
{
    begin();
    describe(DESCRIPTORS, 0, DATA, 0xA000, D_WRITE, 0);
    offer(next++, 0);
    unit_is(used_size(), VIRTIO_ENTROPY_MAX, "the bytes for who asks for 40960",
            "a source may give less than is asked for; VIRTIO_ENTROPY_MAX says how much");
    unit_is(ram_bytes[DATA + VIRTIO_ENTROPY_MAX], 0, "the byte behind those", "write no more");
    unit_is(filled, VIRTIO_ENTROPY_MAX, "the random bytes that were made", "make no more");
}

static void is_refused(const char *what)
{
    unit_ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET, what, "the device goes on",
            "VIRTIO 1.2, \"Entropy Device\", \"Driver Requirements\"; virtio_fail() is the answer");
    unit_is(filled, 0, "the random bytes for it", "first look at the chain, then fill");
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    is_device();
    begin();
    for (unsigned round = 0; round < 100; round++)
        request(round);
    is_bounded();
    begin();
    describe(DESCRIPTORS, 0, DATA, 64, 0, 0);
    offer(next++, 0);
    is_refused("DEVICE_NEEDS_RESET for a request without room");
    begin();
    describe(DESCRIPTORS, 0, DATA, 64, D_NEXT, 1);
    describe(DESCRIPTORS, 1, DATA + 64, 64, D_WRITE, 0);
    offer(next++, 0);
    is_refused("DEVICE_NEEDS_RESET for one with a buffer that the device would read");
    return 0;
}
