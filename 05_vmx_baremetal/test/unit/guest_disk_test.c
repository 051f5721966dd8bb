// The guest's disk: a request goes to the image and back within one write of the guest, and its
// interrupt to the 8259.

#include "common/test/tap.h"
#include "vmm/guests/devices/disk.h"

#define SECTORS     8
#define DESCRIPTORS 0x1000
#define AVAILABLE   0x1100
#define USED        0x1200
#define HEADER      0x1300
#define STATUS      0x1310
#define DATA        0x2000

enum { NEXT = 1, WRITE = 2 };

static struct guest_disk disk;
static struct pic pic;
static uint8_t ram_bytes[0x3000], image[SECTORS * VIRTIO_BLK_SECTOR];
static uint16_t offered;

static void *ram_at(void *context, uint64_t gpa, uint64_t size)
{
    (void)context;
    return gpa + size <= sizeof(ram_bytes) ? ram_bytes + gpa : NULL;
}

static const struct guest_ram ram = {.low = sizeof(ram_bytes), .at = ram_at};

static void put(uint64_t gpa, uint64_t value, unsigned size)
{
    memcpy(ram_bytes + gpa, &value, size);
}

static uint32_t get32(uint64_t offset)
{
    return (uint32_t)disk_page_read(&disk, offset, 4);
}

static void set32(uint64_t offset, uint32_t value)
{
    disk_page_write(&disk, offset, 4, value);
}

static void describe(unsigned n, uint64_t gpa, uint32_t size, uint16_t flags)
{
    put(DESCRIPTORS + 16 * n, gpa, 8);
    put(DESCRIPTORS + 16 * n + 8, size, 4);
    put(DESCRIPTORS + 16 * n + 12, flags, 2);
    put(DESCRIPTORS + 16 * n + 14, n + 1, 2);
}

// An 8259 that takes edges of IRQ 10, and a driver that is ready.
static void start(bool read_only)
{
    memset(ram_bytes, 0, sizeof(ram_bytes));
    offered = 0;
    pic_reset(&pic);
    for (unsigned first = 0; first < 2; first++) {
        struct pic_chip *chip = first ? &pic.first : &pic.second;

        pic_out(chip, 0, 1, 0x11);
        pic_out(chip, 1, 1, first ? 0x20 : 0x28);
        pic_out(chip, 1, 1, first ? 0x04 : 0x02);
        pic_out(chip, 1, 1, 0x01);
    }
    disk_reset(&disk, image, sizeof(image), read_only, &ram, &pic);
    set32(VIRTIO_STATUS, 3);
    set32(VIRTIO_DRIVER_FEATURES_SEL, 1);
    set32(VIRTIO_DRIVER_FEATURES, 1);
    set32(VIRTIO_STATUS, 3 | VIRTIO_FEATURES_OK);
    set32(VIRTIO_QUEUE_SIZE, 4);
    set32(VIRTIO_QUEUE_DESCRIPTORS, DESCRIPTORS);
    set32(VIRTIO_QUEUE_AVAILABLE, AVAILABLE);
    set32(VIRTIO_QUEUE_USED, USED);
    set32(VIRTIO_QUEUE_READY, 1);
    set32(VIRTIO_STATUS, 3 | VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
}

// One sector; returns the status.
static uint8_t request(uint32_t type, uint64_t sector, uint64_t data)
{
    put(HEADER, type, 4);
    put(HEADER + 8, sector, 8);
    ram_bytes[STATUS] = 0xFF;
    describe(0, HEADER, 16, NEXT);
    describe(1, data, VIRTIO_BLK_SECTOR, NEXT | (type == VIRTIO_BLK_IN ? WRITE : 0));
    describe(2, STATUS, 1, WRITE);
    put(AVAILABLE + 2, ++offered, 2);
    set32(VIRTIO_QUEUE_NOTIFY, 0);
    return ram_bytes[STATUS];
}

static void test_requests(void)
{
    memset(image + 3 * VIRTIO_BLK_SECTOR, 0xA5, VIRTIO_BLK_SECTOR);
    start(false);
    is_int(get32(VIRTIO_CONFIG), SECTORS, "its size in sectors");
    is_int(request(VIRTIO_BLK_IN, 3, DATA), VIRTIO_BLK_OK, "a sector is read");
    ok(!memcmp(ram_bytes + DATA, image + 3 * VIRTIO_BLK_SECTOR, VIRTIO_BLK_SECTOR),
       "from the image");
    ram_bytes[DATA] = 0x5A;
    is_int(request(VIRTIO_BLK_OUT, 7, DATA), VIRTIO_BLK_OK, "the last one is written");
    is_int(image[7 * VIRTIO_BLK_SECTOR], 0x5A, "into the image");
    is_int(request(VIRTIO_BLK_FLUSH, 0, DATA), VIRTIO_BLK_OK, "and flushed");
    is_int(request(VIRTIO_BLK_OUT, 8, DATA), VIRTIO_BLK_IOERR, "behind it there is none");
    start(true);
    is_int(request(VIRTIO_BLK_OUT, 7, DATA), VIRTIO_BLK_IOERR, "a read-only one isn't written");
}

static void test_interrupt(void)
{
    start(false);
    ok(!pic_pending(&pic), "no interrupt before a request");
    request(VIRTIO_BLK_IN, 0, DATA);
    ok(pic_pending(&pic), "one behind it");
    is_int(pic_acknowledge(&pic), 0x28 + VIRTIO_IRQ - 8, "with the vector of IRQ 10");
    ok(!pic_pending(&pic), "which is one edge");
    set32(VIRTIO_INTERRUPT_ACK, get32(VIRTIO_INTERRUPT_STATUS));
    request(VIRTIO_BLK_IN, 0, DATA);
    pic_out(&pic.second, 0, 1, 0x20);
    pic_out(&pic.first, 0, 1, 0x20);
    ok(pic_pending(&pic), "and the next request the next, even before the end of the first");
}

static void test_lies(void)
{
    start(false);
    request(VIRTIO_BLK_IN, 0, VIRTIO_GPA);
    ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET, "a buffer in a device page: it needs a reset");
    ok(pic_pending(&pic), "and says so by an interrupt");
    start(false);
    is_int(request(VIRTIO_BLK_IN, 0, DATA), VIRTIO_BLK_OK, "after which it works");
}

int main(void)
{
    test_requests();
    test_interrupt();
    test_lies();
    return done_testing();
}
