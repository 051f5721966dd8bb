// 04-03: a driver that knows the corners in which the three bugs are. Its machine is the one of the
// disk's own tests.

#include "common/test/virtio/disk.h"
#include "unit.h"

// A write whose header and first bytes share a buffer; the rest of the sector is in another.
static void test_cut(void)
{
    unsigned first = 1 + unit_random(500), sector = unit_random(SECTORS);
    uint8_t bytes[VIRTIO_BLK_SECTOR];

    power_on(false);
    start(0);
    unit_random_bytes(bytes, sizeof(bytes));
    put_header(VIRTIO_BLK_OUT, sector);
    memcpy(ram_bytes + HEADER + 16, bytes, first);
    memcpy(ram_bytes + DATA, bytes + first, sizeof(bytes) - first);
    describe(DESCRIPTORS, 0, HEADER, 16 + first, D_NEXT, 1);
    describe(DESCRIPTORS, 1, DATA, sizeof(bytes) - first, D_NEXT, 2);
    describe(DESCRIPTORS, 2, STATUS, 1, D_WRITE, 0);
    ram_bytes[STATUS] = 0xEE;
    offer(0, 0);
    unit_is(ram_bytes[STATUS], VIRTIO_BLK_OK, "a write cut inside its data: its status",
            "it is the byte behind all that the driver wants to read");
    unit_ok(memcmp(disk_bytes + sector * sizeof(bytes), bytes, sizeof(bytes)) == 0,
            "the sector on the disk is what the driver wrote", "other bytes",
            "what does `offset` count, once the first buffer is reached?");
}

static void test_number(void)
{
    power_on(false);
    start(0);
    // Where a ninth descriptor would be, if the table of eight had one.
    describe(DESCRIPTORS, 8, HEADER, 16, D_NEXT, 0);
    describe(DESCRIPTORS, 0, STATUS, 1, D_WRITE, 0);
    put_header(VIRTIO_BLK_FLUSH, 0);
    offer(0, QUEUE_SIZE);
    unit_ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET,
            "descriptor 8 of a table of 8: the device gives up", "it was served",
            "the first descriptor is number 0");
    unit_is(flushes, 0, "and does nothing", "the queue has to be broken before anything is done");
}

static void test_wrap(void)
{
    power_on(false);
    start(VIRTIO_F_EVENT_IDX);
    put_header(VIRTIO_BLK_FLUSH, 0);
    describe(DESCRIPTORS, 0, HEADER, 16, D_NEXT, 1);
    describe(DESCRIPTORS, 1, STATUS, 1, D_WRITE, 0);
    for (uint32_t i = 0; i < 70000; i++) {
        char what[80];

        put16(AVAILABLE + 4 + QUEUE_SIZE * 2, (uint16_t)i);  // tell me of the next one
        offer((uint16_t)i, 0);
        snprintf(what, sizeof(what), "an interrupt for request %u", i);
        unit_is(get32(VIRTIO_INTERRUPT_STATUS), VIRTIO_INTERRUPT_USED, what,
                "indices have 16 bits, and 0 comes after 65535: which of two is the later one?");
        set32(VIRTIO_INTERRUPT_ACK, VIRTIO_INTERRUPT_USED);
    }
}

// A wish for a later request: those before it are silent, wherever on the circle it is.
static void test_wish(void)
{
    unsigned later = 2 + unit_random(6);

    power_on(false);
    start(VIRTIO_F_EVENT_IDX);
    put_header(VIRTIO_BLK_FLUSH, 0);
    describe(DESCRIPTORS, 0, HEADER, 16, D_NEXT, 1);
    describe(DESCRIPTORS, 1, STATUS, 1, D_WRITE, 0);
    for (uint32_t i = 0; i < 70000; i++) {
        uint32_t wish = i / later * later + later - 1;  // the last of each `later`
        char what[80];

        put16(AVAILABLE + 4 + QUEUE_SIZE * 2, (uint16_t)wish);
        offer((uint16_t)i, 0);
        snprintf(what, sizeof(what), "interrupts for request %u, if the driver waits for %u", i,
                 wish);
        unit_is(get32(VIRTIO_INTERRUPT_STATUS) & VIRTIO_INTERRUPT_USED, i == wish, what,
                "`event` is the one that the driver waits for: was it passed just now?");
        set32(VIRTIO_INTERRUPT_ACK, VIRTIO_INTERRUPT_USED);
    }
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    test_cut();
    test_number();
    test_wrap();
    test_wish();
    return 0;
}
