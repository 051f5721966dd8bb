// 04-03: a driver that knows the corners in which the three bugs are. Its machine is the one of the
// disk's own tests.

#include "common/test/virtio/disk.h"
#include "unit.h"

// Writes a sector whose header and data are one piece after the other in three buffers, which end
// at the bytes `first` and `second` of the 528.
static void write_in_pieces(unsigned first, unsigned second)
{
    unsigned sector = unit_random(SECTORS), all = 16 + VIRTIO_BLK_SECTOR;
    uint8_t bytes[16 + VIRTIO_BLK_SECTOR];

    power_on(false);
    start(0);
    unit_random_bytes(bytes, sizeof(bytes));
    put_header(VIRTIO_BLK_OUT, sector);
    memcpy(bytes, ram_bytes + HEADER, 16);
    memcpy(ram_bytes + HEADER, bytes, first);
    memcpy(ram_bytes + DATA, bytes + first, second - first);
    memcpy(ram_bytes + DATA + 0x1000, bytes + second, all - second);
    describe(DESCRIPTORS, 0, HEADER, first, D_NEXT, 1);
    describe(DESCRIPTORS, 1, DATA, second - first, D_NEXT, 2);
    describe(DESCRIPTORS, 2, DATA + 0x1000, all - second, D_NEXT, 3);
    describe(DESCRIPTORS, 3, STATUS, 1, D_WRITE, 0);
    ram_bytes[STATUS] = 0xEE;
    offer(0, 0);
    unit_is(ram_bytes[STATUS], VIRTIO_BLK_OK, "a write cut into pieces: its status",
            "it is the byte behind all that the driver wants to read");
    unit_ok(memcmp(disk_bytes + sector * VIRTIO_BLK_SECTOR, bytes + 16, VIRTIO_BLK_SECTOR) == 0,
            "the sector on the disk is what the driver wrote", "other bytes",
            "what does `offset` count, once the first buffer is reached? And before?");
}

// Cuts behind the header, and one inside of it, too.
static void test_cut(void)
{
    unsigned first = 17 + unit_random(200);

    write_in_pieces(first, first + 1 + unit_random(200));
    write_in_pieces(1 + unit_random(15), 17 + unit_random(500));
}

// A chain that leads to the descriptor behind the last one is not followed.
static void gives_up(uint16_t head, const char *what, const char *hint)
{
    put_header(VIRTIO_BLK_FLUSH, 0);
    offer(0, head);
    unit_ok(get32(VIRTIO_STATUS) & VIRTIO_NEEDS_RESET, what, "it was served", hint);
    unit_is(flushes, 0, "and does nothing", "the queue has to be broken before anything is done");
}

static void test_number(void)
{
    power_on(false);
    start(0);
    // Where a ninth descriptor would be, if the table of eight had one.
    describe(DESCRIPTORS, 8, HEADER, 16, D_NEXT, 0);
    describe(DESCRIPTORS, 0, STATUS, 1, D_WRITE, 0);
    gives_up(QUEUE_SIZE, "descriptor 8 of a table of 8: the device gives up",
             "the first descriptor is number 0");

    power_on(false);
    start(VIRTIO_F_INDIRECT);
    describe(DESCRIPTORS, 0, TABLE, 16, D_INDIRECT, 0);
    describe(TABLE, 0, HEADER, 16, D_NEXT, 1);
    describe(TABLE, 1, STATUS, 1, D_WRITE, 0);
    gives_up(0, "descriptor 1 of an indirect table of 1: the device gives up",
             "an indirect table has as many entries as fit into it, not as many as the queue has");
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

// Several requests at one ring of the bell: an interrupt if the one that is waited for is among
// them.
static void test_batch(void)
{
    power_on(false);
    start(VIRTIO_F_EVENT_IDX);
    put_header(VIRTIO_BLK_FLUSH, 0);
    describe(DESCRIPTORS, 0, HEADER, 16, D_NEXT, 1);
    describe(DESCRIPTORS, 1, STATUS, 1, D_WRITE, 0);
    for (uint32_t i = 0, n; i < 70000; i += n) {
        uint32_t wish = i + unit_random(QUEUE_SIZE + 1);
        char what[80];

        n = 2 + unit_random(QUEUE_SIZE - 1);
        put16(AVAILABLE + 4 + QUEUE_SIZE * 2, (uint16_t)wish);
        for (uint32_t k = i; k < i + n; k++)
            put16(AVAILABLE + 4 + k % QUEUE_SIZE * 2, 0);
        offer((uint16_t)(i + n - 1), 0);
        snprintf(what, sizeof(what), "interrupts for requests %u to %u, if the driver waits for %u",
                 i, i + n - 1, wish);
        unit_is(get32(VIRTIO_INTERRUPT_STATUS) & VIRTIO_INTERRUPT_USED, wish < i + n, what,
                "more than one request may have been returned since the driver last heard of any");
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
    test_batch();
    return 0;
}
