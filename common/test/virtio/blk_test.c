// The virtio disk of common/pc/virtio/blk.h, request by request, as a driver sees it.

#include "common/test/tap.h"
#include "common/test/virtio/disk.h"

static uint16_t next;  // the available ring's index

// A request of header, `size` bytes of data and status; returns the status.
static uint8_t request(uint32_t type, uint64_t sector, uint32_t size, bool device_writes)
{
    put_header(type, sector);
    ram_bytes[STATUS] = 0xFF;
    describe(DESCRIPTORS, 0, HEADER, 16, D_NEXT, size ? 1 : 2);
    describe(DESCRIPTORS, 1, DATA, size, D_NEXT | (device_writes ? D_WRITE : 0), 2);
    describe(DESCRIPTORS, 2, STATUS, 1, D_WRITE, 0);
    offer(next++, 0);
    return ram_bytes[STATUS];
}

static uint32_t used_size(void)
{
    uint32_t size;

    memcpy(&size, ram_bytes + USED + 4 + (next - 1) % QUEUE_SIZE * 8 + 4, sizeof(size));
    return size;
}

static void begin(bool read_only, uint64_t features)
{
    power_on(read_only);
    start(features);
    next = 0;
}

static void test_read_and_write(void)
{
    begin(false, VIRTIO_BLK_F_FLUSH);
    memset(disk_bytes + 3 * 512, 0xA5, 512);
    is_int(request(VIRTIO_BLK_IN, 3, 512, true), VIRTIO_BLK_OK, "IN of one sector");
    ok(!memcmp(ram_bytes + DATA, disk_bytes + 3 * 512, 512), "brings what is on the disk");
    is_int(ram_bytes[DATA + 512], 0, "and no more");
    is_int(used_size(), 513, "and says how much: data and status");
    is_int(peek16(USED + 2), 1, "the used ring has an entry");
    ok(virtio_interrupt(&disk.device), "the interrupt line is high");
    is_int(get32(VIRTIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_USED, "for a used buffer");
    set32(VIRTIO_INTERRUPT_ACK, VIRTIO_INTERRUPT_USED);
    ok(!virtio_interrupt(&disk.device), "and low when that was acknowledged");
    memset(ram_bytes + DATA, 0x5A, 1024);
    is_int(request(VIRTIO_BLK_OUT, 14, 1024, false), VIRTIO_BLK_OK, "OUT of the last two sectors");
    ok(!memcmp(disk_bytes + 14 * 512, ram_bytes + DATA, 1024), "writes them");
    is_int(disk_bytes[14 * 512 - 1], 0, "and nothing before them");
    is_int(used_size(), 1, "the device wrote a status");
    is_int(flushes, 0, "with FLUSH in the driver's hands it flushes nothing");
    for (unsigned i = 0; i < 3 * QUEUE_SIZE; i++)
        request(VIRTIO_BLK_IN, i % SECTORS, 512, true);
    is_int(peek16(USED + 2), 2 + 3 * QUEUE_SIZE, "a queue goes round three times");
}

static void test_other_requests(void)
{
    begin(false, VIRTIO_BLK_F_FLUSH);
    is_int(request(VIRTIO_BLK_FLUSH, 0, 0, false), VIRTIO_BLK_OK, "FLUSH");
    is_int(flushes, 1, "flushes the image");
    is_int(request(VIRTIO_BLK_GET_ID, 0, VIRTIO_BLK_ID_SIZE, true), VIRTIO_BLK_OK, "GET_ID");
    is_str((char *)ram_bytes + DATA, "a test's disk", "tells the serial number");
    is_int(request(VIRTIO_BLK_GET_ID, 0, 19, true), VIRTIO_BLK_IOERR, "GET_ID into 19 bytes");
    is_int(request(77, 0, 512, true), VIRTIO_BLK_UNSUPPORTED, "a request that nobody knows");
    image_broken = true;
    is_int(request(VIRTIO_BLK_FLUSH, 0, 0, false), VIRTIO_BLK_IOERR, "FLUSH that fails");
    is_int(request(VIRTIO_BLK_IN, 0, 512, true), VIRTIO_BLK_IOERR, "IN that fails");
    is_int(used_size(), 0, "has written nothing to rely on");
    is_int(request(VIRTIO_BLK_OUT, 0, 512, false), VIRTIO_BLK_IOERR, "OUT that fails");
    begin(false, 0);
    request(VIRTIO_BLK_OUT, 0, 512, false);
    is_int(flushes, 1, "a driver without FLUSH: every write is flushed");
}

static void test_limits(void)
{
    begin(false, 0);
    is_int(request(VIRTIO_BLK_IN, SECTORS, 512, true), VIRTIO_BLK_IOERR, "IN behind the end");
    is_int(request(VIRTIO_BLK_IN, SECTORS - 1, 1024, true), VIRTIO_BLK_IOERR, "IN across the end");
    is_int(request(VIRTIO_BLK_IN, UINT64_MAX, 1024, true), VIRTIO_BLK_IOERR, "IN at 2^64 - 1");
    is_int(request(VIRTIO_BLK_IN, 1ull << 55, 512, true), VIRTIO_BLK_IOERR,
           "IN at 2^55: byte 2^64");
    is_int(request(VIRTIO_BLK_IN, 0, 511, true), VIRTIO_BLK_IOERR, "IN of 511 bytes");
    is_int(request(VIRTIO_BLK_OUT, SECTORS, 512, false), VIRTIO_BLK_IOERR, "OUT behind the end");
    is_int(touched, 0, "none of them reaches the image");
    is_int(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET, 0, "and the device goes on");
    begin(true, 0);
    is_int(request(VIRTIO_BLK_OUT, 0, 512, false), VIRTIO_BLK_IOERR, "OUT to a read-only disk");
    is_int(touched, 0, "doesn't reach the image");
    ok(virtio_read(&disk.device, VIRTIO_DEVICE_FEATURES, 4) & VIRTIO_BLK_F_RO, "which says RO");
}

// Buffers may be cut anywhere: the header in three, the data together with the status.
static void test_framing(void)
{
    begin(false, VIRTIO_F_INDIRECT);
    memset(disk_bytes + 512, 0x77, 512);
    put_header(VIRTIO_BLK_IN, 1);
    describe(TABLE, 0, HEADER, 3, D_NEXT, 1);
    describe(TABLE, 1, HEADER + 3, 12, D_NEXT, 2);
    describe(TABLE, 2, HEADER + 15, 1, D_NEXT, 3);
    describe(TABLE, 3, DATA, 100, D_NEXT | D_WRITE, 4);
    describe(TABLE, 4, DATA + 200, 413, D_WRITE, 0);
    describe(DESCRIPTORS, 5, TABLE, 5 * 16, D_INDIRECT, 0);
    ram_bytes[DATA + 612] = 0xFF;
    offer(next++, 5);
    is_int(ram_bytes[DATA + 612], VIRTIO_BLK_OK, "IN in odd pieces, in an indirect table");
    is_int(ram_bytes[DATA + 99], 0x77, "fills the first piece");
    is_int(ram_bytes[DATA + 100], 0, "leaves the gap alone");
    is_int(ram_bytes[DATA + 611], 0x77, "and fills the second");
    is_int(peek16(USED + 4), 5, "the used ring names the chain by its head");
}

static void test_registers(void)
{
    uint64_t capacity;

    power_on(false);
    is_int(get32(VIRTIO_MAGIC), 0x74726976, "magic");
    is_int(get32(VIRTIO_VERSION), 2, "version 2");
    is_int(get32(VIRTIO_DEVICE_ID), 2, "a block device");
    is_int(get32(VIRTIO_QUEUE_SIZE_MAX), VIRTQUEUE_SIZE_MAX, "with a queue");
    set32(VIRTIO_QUEUE_SEL, 1);
    is_int(get32(VIRTIO_QUEUE_SIZE_MAX), 0, "and no second one");
    capacity = virtio_read(&disk.device, VIRTIO_CONFIG, 8);
    is_int(capacity, SECTORS, "its capacity in sectors");
    is_int(virtio_read(&disk.device, VIRTIO_CONFIG + 12, 1), VIRTQUEUE_SIZE_MAX - 2, "seg_max");
    is_int(virtio_read(&disk.device, VIRTIO_CONFIG + 13, 8), 0, "no configuration behind its end");
    is_int(virtio_read(&disk.device, VIRTIO_MAGIC, 2), 0, "registers have 32 bits");
    is_int(get32(VIRTIO_SHARED_MEMORY), UINT32_MAX, "no shared memory");
    start_at(0, DESCRIPTORS, AVAILABLE, USED);
    is_int(get32(VIRTIO_STATUS) & (VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK), 0,
           "a driver without VERSION_1 is refused");
    start(1ull << 40);
    is_int(get32(VIRTIO_STATUS) & VIRTIO_FEATURES_OK, 0, "one that takes what wasn't offered, too");
    start(0);
    is_int(get32(VIRTIO_STATUS), 3 | VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK, "a good one isn't");
    set32(VIRTIO_QUEUE_USED, DATA);
    is_int(disk.device.queues[0].used, USED, "a queue that is ready stays where it is");
    set32(VIRTIO_DRIVER_FEATURES_SEL, 0);
    set32(VIRTIO_DRIVER_FEATURES, UINT32_MAX);
    is_int(disk.device.accepted, VIRTIO_F_VERSION_1, "features that were agreed on stay, too");
    set32(VIRTIO_STATUS, 0);
    is_int(get32(VIRTIO_QUEUE_READY), 0, "a reset stops the queue");
}

int main(void)
{
    test_registers();
    test_read_and_write();
    test_other_requests();
    test_limits();
    test_framing();
    return done_testing();
}
