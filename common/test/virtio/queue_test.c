// Drivers that lie to a virtqueue: each gets DEVICE_NEEDS_RESET, and a device that works after one.
// And the two ways to say when a side wants to hear of the other.

#include "common/test/tap.h"
#include "common/test/virtio/disk.h"

// A read of one sector, in a table.
static void put_request(uint64_t table)
{
    describe(table, 0, HEADER, 16, D_NEXT, 1);
    describe(table, 1, DATA, 512, D_NEXT | D_WRITE, 2);
    describe(table, 2, STATUS, 1, D_WRITE, 0);
}

// The request stands in the queue's table and in an indirect one. Behind the former are more
// descriptors that would do.
static void begin(uint64_t features)
{
    power_on(false);
    start(features);
    put_header(VIRTIO_BLK_IN, 0);
    put_request(DESCRIPTORS);
    put_request(TABLE);
    put_request(DESCRIPTORS + 16 * QUEUE_SIZE);
    describe(DESCRIPTORS, QUEUE_SIZE + 3, STATUS, 1, D_WRITE, 0);
}

// The request of begin(), after `what` was changed in it.
static void refused(const char *what)
{
    offer(0, 0);
    ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET, "%s: needs a reset", what);
    is_int(get32(VIRTIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_CONFIG, "  says so by an interrupt");
    is_int(touched, 0, "  without a look at the disk");
    is_int(peek16(USED + 2), 0, "  nor at the used ring");
    start(0);
    put16(AVAILABLE + 2, 0);
    put_request(DESCRIPTORS);
    offer(0, 0);
    is_int(touched, 1, "  and works after it");
}

static void test_chains(void)
{
    begin(0);
    describe(DESCRIPTORS, 2, STATUS, 1, D_NEXT | D_WRITE, 2);
    refused("a descriptor that follows itself");
    begin(0);
    describe(DESCRIPTORS, 2, STATUS, 1, D_NEXT | D_WRITE, 1);
    refused("a loop of two");
    begin(0);
    describe(DESCRIPTORS, 1, DATA, 512, D_NEXT | D_WRITE, QUEUE_SIZE + 3);
    refused("a descriptor behind the table");
    begin(0);
    describe(DESCRIPTORS, 2, STATUS, 1, 0, 0);
    refused("a readable buffer behind a writable one");
    begin(0);
    describe(DESCRIPTORS, 0, HEADER, 15, D_NEXT, 1);
    refused("a header of 15 bytes");
    begin(0);
    describe(DESCRIPTORS, 0, HEADER, 16, 0, 0);
    refused("a request without a status");
}

static void test_addresses(void)
{
    static const struct {
        uint64_t gpa;
        uint32_t size;
        const char *what;
    } bad[] = {
        {RAM_SIZE - 511, 512, "a buffer across the end of RAM"},
        {RAM_SIZE + 512, 512, "a buffer behind RAM"},
        {1ull << 32, 512, "a buffer at 4 GiB"},
        {UINT64_MAX - 255, 512, "a buffer that wraps to address 0"},
        {DATA, UINT32_MAX, "a buffer of 4 GiB"},
    };

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        begin(0);
        describe(DESCRIPTORS, 1, bad[i].gpa, bad[i].size, D_NEXT | D_WRITE, 2);
        refused(bad[i].what);
    }
}

static void test_indirect(void)
{
    static const struct {
        uint64_t gpa;
        uint32_t size;
        uint16_t flags;
        const char *what;
    } bad[] = {
        {TABLE, 0, D_INDIRECT, "an indirect table without entries"},
        {TABLE, 49, D_INDIRECT, "an indirect table of 49 bytes"},
        {TABLE, 32, D_INDIRECT, "an indirect chain that leaves its table"},
        {TABLE, 48, D_INDIRECT | D_NEXT, "an indirect table in the middle of a chain"},
        {RAM_SIZE - 16, 32, D_INDIRECT, "an indirect table across the end of RAM"},
        {DESCRIPTORS, 16, D_INDIRECT, "an indirect table that is its own first entry"},
    };

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        begin(VIRTIO_F_INDIRECT);
        describe(DESCRIPTORS, 0, bad[i].gpa, bad[i].size, bad[i].flags, 1);
        refused(bad[i].what);
    }
    for (unsigned more = 0; more < 2; more++) {
        unsigned last = QUEUE_SIZE - 1 + more;

        begin(VIRTIO_F_INDIRECT);
        describe(DESCRIPTORS, 0, TABLE, (last + 1) * 16, D_INDIRECT, 0);
        describe(TABLE, 1, DATA, 512, D_NEXT | D_WRITE, 2);
        for (unsigned n = 2; n < last; n++)
            describe(TABLE, n, DATA + n * 512, 512, D_NEXT | D_WRITE, n + 1);
        describe(TABLE, last, STATUS, 1, D_WRITE, 0);
        if (more) {
            refused("a chain of one buffer more than the queue has entries");
        } else {
            offer(0, 0);
            is_int(touched, QUEUE_SIZE - 2, "a chain of as many is served");
        }
    }
}

// The same 64 KiB again and again, as 3 GiB of RAM.
static void *mirrored_at(void *context, uint64_t gpa, uint64_t size)
{
    (void)context, (void)size;
    return ram_bytes + gpa % RAM_SIZE;
}

static void test_too_large(void)
{
    static const struct guest_ram ram = {.low = GUEST_RAM_LOW_MAX, .at = mirrored_at};

    begin(0);
    disk.device.ram = &ram;
    start(0);
    describe(DESCRIPTORS, 1, 0, 1u << 31, D_NEXT | D_WRITE, 2);
    describe(DESCRIPTORS, 2, 0, 1u << 31, D_NEXT | D_WRITE, 3);
    describe(DESCRIPTORS, 3, STATUS, 1, D_WRITE, 0);
    offer(0, 0);
    ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET, "4 GiB in one request");
}

static void test_rings(void)
{
    static const uint64_t bad[][3] = {
        {DESCRIPTORS + 8, AVAILABLE, USED}, {DESCRIPTORS, AVAILABLE + 1, USED},
        {DESCRIPTORS, AVAILABLE, USED + 2}, {RAM_SIZE - 16, AVAILABLE, USED},
        {DESCRIPTORS, RAM_SIZE - 20, USED}, {DESCRIPTORS, AVAILABLE, RAM_SIZE - 68},
        {UINT64_MAX - 15, AVAILABLE, USED}, {DESCRIPTORS, 1ull << 32, USED},
    };

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        power_on(false);
        start_at(VIRTIO_F_VERSION_1, bad[i][0], bad[i][1], bad[i][2]);
        ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET && !get32(VIRTIO_QUEUE_READY),
           "tables at %llx, %llx, %llx are refused", (unsigned long long)bad[i][0],
           (unsigned long long)bad[i][1], (unsigned long long)bad[i][2]);
    }
    power_on(false);
    start_at(VIRTIO_F_VERSION_1, DESCRIPTORS, AVAILABLE, RAM_SIZE - 72);
    ok(get32(VIRTIO_QUEUE_READY), "a ring that ends where RAM ends is not");
    set32(VIRTIO_STATUS, 0);
    set32(VIRTIO_QUEUE_SIZE, QUEUE_SIZE);
    set32(VIRTIO_QUEUE_DESCRIPTORS, DESCRIPTORS);
    set32(VIRTIO_QUEUE_AVAILABLE, AVAILABLE);
    set32(VIRTIO_QUEUE_USED, USED);
    set32(VIRTIO_QUEUE_READY, 1);
    ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET, "a queue before there are features is refused");
    begin(0);
    put16(AVAILABLE + 4, QUEUE_SIZE);
    put16(AVAILABLE + 2, 1);
    set32(VIRTIO_QUEUE_NOTIFY, 0);
    ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET && !touched, "a head behind the table");
    begin(0);
    put16(AVAILABLE + 2, QUEUE_SIZE + 1);
    set32(VIRTIO_QUEUE_NOTIFY, 0);
    ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET && !touched,
       "an index that jumps further than the ring");
    begin(0);
    put16(AVAILABLE + 2, UINT16_MAX);
    set32(VIRTIO_QUEUE_NOTIFY, 0);
    ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET && !touched, "an index that jumps back");
    begin(0);
    set32(VIRTIO_QUEUE_NOTIFY, 5);
    set32(VIRTIO_QUEUE_READY, 0);
    offer(0, 0);
    is_int(touched, 0, "a queue that is stopped, and one that isn't there, do nothing");
}

static void test_sizes(void)
{
    static const uint32_t bad[] = {0, 3, VIRTQUEUE_SIZE_MAX * 2, UINT32_MAX};

    for (unsigned i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct virtqueue queue = {.descriptors = DESCRIPTORS, .available = AVAILABLE, .used = USED};

        queue.size = bad[i];
        ok(!virtqueue_start(&queue, &test_ram), "a queue of %u entries is refused", bad[i]);
    }
}

static bool interrupts(void)
{
    bool high = virtio_interrupt(&disk.device);

    set32(VIRTIO_INTERRUPT_ACK, high);
    return high;
}

static void test_wishes(void)
{
    begin(0);
    put16(AVAILABLE, 1);
    offer(0, 0);
    ok(touched && !interrupts(), "no interrupt for a driver that wants none");
    put16(AVAILABLE, 0);
    offer(1, 0);
    ok(interrupts(), "one for a driver that does");
    begin(VIRTIO_F_EVENT_IDX);
    put16(AVAILABLE + 4 + 2 * QUEUE_SIZE, 1);
    offer(0, 0);
    ok(!interrupts(), "EVENT_IDX 1: none for the entry 0");
    is_int(peek16(USED + 4 + 8 * QUEUE_SIZE), 1, "the device wants to hear of entry 1");
    offer(1, 0);
    ok(interrupts(), "one for the entry 1");
    offer(2, 0);
    ok(!interrupts(), "and none for the one behind it");
}

// All indices have 16 bits and begin anew. The driver wants to hear of entry 65535 only.
static void test_wrap(void)
{
    unsigned count = 0, last = 0;

    begin(VIRTIO_F_EVENT_IDX);
    put16(AVAILABLE + 4 + 2 * QUEUE_SIZE, UINT16_MAX);
    for (unsigned n = 0; n < 3 + UINT16_MAX; n++) {
        offer((uint16_t)n, 0);
        if (interrupts())
            count++, last = n;
    }
    is_int(touched, 3 + UINT16_MAX, "65538 requests are served");
    is_int(count, 1, "one of them is an interrupt");
    is_int(last, UINT16_MAX, "that of the entry 65535");
    is_int(peek16(USED + 2), 2, "the used index is that of the next one");
    is_int(peek16(USED + 4 + 8 * QUEUE_SIZE), 2, "of which the device wants to hear");
}

// RAM of two pieces that the host has the other way round.
static void *swapped_at(void *context, uint64_t gpa, uint64_t size)
{
    if (gpa % GUEST_RAM_PIECE + size > GUEST_RAM_PIECE)
        abort();
    return (uint8_t *)context + (gpa ^ GUEST_RAM_PIECE);
}

static void test_pieces(void)
{
    static uint8_t host[2 * GUEST_RAM_PIECE];
    struct guest_ram ram = {.low = sizeof(host), .at = swapped_at, .context = host};
    struct virtqueue_chain chain = {
        .ram = &ram, .count = 2, .buffers = {{16, 4}, {GUEST_RAM_PIECE - 2, 6}}};
    char back[9] = "";

    virtqueue_write(&chain, 3, "abcdef", 6);
    is_int(host[GUEST_RAM_PIECE + 19], 'a', "the end of the first buffer");
    ok(!memcmp(host + 2 * GUEST_RAM_PIECE - 2, "bc", 2), "the second one, up to a piece's end");
    ok(!memcmp(host, "def", 4), "and its rest where the host has the next piece");
    chain.readable = 2;
    virtqueue_read(&chain, back, 9);
    ok(!memcmp(back, "\0\0\0abcdef", 9), "a read goes the same way");
}

int main(void)
{
    test_pieces();
    test_sizes();
    test_rings();
    test_chains();
    test_addresses();
    test_indirect();
    test_too_large();
    test_wishes();
    test_wrap();
    return done_testing();
}
