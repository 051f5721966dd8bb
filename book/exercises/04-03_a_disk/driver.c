// The other side of the disk: a driver, without a guest. It lends buffers in every way that the
// specification allows, and then in some that it doesn't.

#include <sys/stat.h>
#include <unistd.h>

#include "block.h"
#include "unit.h"

#define LOW_SIZE  (1u << 20)
#define HIGH_GPA  (1ull << 32)
#define HIGH_SIZE (256u << 10)
#define SECTORS   64u

static uint8_t low[LOW_SIZE], high[HIGH_SIZE];
static uint8_t disk[SECTORS * SECTOR_SIZE];  // what must be on it
static struct memory memory = {.count = 2,
                               .slots = {{.gpa = 0, .size = LOW_SIZE, .host = low},
                                         {.gpa = HIGH_GPA, .size = HIGH_SIZE, .host = high}}};
static struct block block;
static int file;

// The driver's side of the queue.
static unsigned size;
static struct queue_descriptor *descriptors;
static struct queue_available *available;
static struct queue_used *used;
static unsigned free_descriptor;  // those of one batch are taken in a random order
static uint16_t order[QUEUE_SIZE_MAX];
static uint64_t free_memory;  // in the high RAM

static void write_register(uint64_t offset, uint32_t value)
{
    virtio_write(&block.virtio, offset, &value, sizeof(value));
}

static uint32_t read_register(uint64_t offset)
{
    uint32_t value;

    virtio_read(&block.virtio, offset, &value, sizeof(value));
    return value;
}

// "Device Initialization", with the tables anywhere in the low RAM.
static void driver_start(void)
{
    uint64_t at = 4096 + 16 * unit_random(4096);

    write_register(VIRTIO_STATUS, 0);
    write_register(VIRTIO_STATUS, 1 | 2 | 8);
    size = 8u << unit_random(6);
    free_descriptor = 0;
    for (unsigned i = 0; i < size; i++) {
        unsigned j = unit_random(i + 1);
        order[i] = order[j];
        order[j] = (uint16_t)i;
    }
    memset(low, 0xEE, sizeof(low));
    descriptors = (void *)(low + at);
    write_register(VIRTIO_QUEUE_SEL, 0);
    write_register(VIRTIO_QUEUE_SIZE, size);
    write_register(VIRTIO_QUEUE_DESCRIPTORS, (uint32_t)at);
    write_register(VIRTIO_QUEUE_DESCRIPTORS + 4, 0);
    at += 16 * size + 2 * unit_random(4096);
    available = (void *)(low + at);
    write_register(VIRTIO_QUEUE_AVAILABLE, (uint32_t)at);
    write_register(VIRTIO_QUEUE_AVAILABLE + 4, 0);
    at = 0x80000 + 4 * unit_random(4096);
    used = (void *)(low + at);
    write_register(VIRTIO_QUEUE_USED, (uint32_t)at);
    write_register(VIRTIO_QUEUE_USED + 4, 0);
    available->index = used->index = 0;
    write_register(VIRTIO_QUEUE_READY, 1);
    write_register(VIRTIO_STATUS, 1 | 2 | 4 | 8);
}

// What a request has to bring about.
struct request {
    struct block_request header;
    uint8_t data[4 * SECTOR_SIZE];
    uint32_t data_size;
    enum block_status status;
    uint16_t head;
    uint64_t data_gpa, status_gpa;
};

// Room for bytes that the device writes. `bytes` NULL: it reads nothing there.
static uint64_t lend(const void *bytes, uint32_t count)
{
    uint64_t at = free_memory;

    free_memory += count + unit_random(16);
    memset(high + at, 0xEE, free_memory - at);
    if (bytes)
        memcpy(high + at, bytes, count);
    return HIGH_GPA + at;
}

// Puts `count` bytes at `gpa` behind the chain, in pieces; returns the last descriptor's number.
static uint16_t chain_add(int last, uint64_t gpa, uint32_t count, bool writable, uint16_t *head,
                          unsigned pieces)
{
    for (; count > 0; pieces--) {
        uint32_t piece = pieces > 1 && count > 1 ? 1 + unit_random(count) : count;
        uint16_t at = order[free_descriptor++];

        descriptors[at] = (struct queue_descriptor){gpa, piece, (writable ? DESCRIPTOR_WRITE : 0),
                                                    (uint16_t)unit_random(65536)};
        if (last < 0) {
            *head = at;
        } else {
            descriptors[last].flags |= DESCRIPTOR_NEXT;
            descriptors[last].next = at;
        }
        last = at;
        gpa += piece;
        count -= piece;
    }
    return (uint16_t)last;
}

// A random request, and what is to become of it.
static void request_make(struct request *request)
{
    static const uint32_t types[] = {BLOCK_IN, BLOCK_OUT, BLOCK_IN, BLOCK_OUT, BLOCK_FLUSH, 4711};
    uint32_t type = types[unit_random(6)];
    uint32_t count = type == BLOCK_IN || type == BLOCK_OUT ? 1 + unit_random(4) : 0;

    request->header = (struct block_request){type, 0, unit_random(SECTORS + 2)};
    request->data_size = count * SECTOR_SIZE;
    unit_random_bytes(request->data, request->data_size);
    request->status = type == 4711 ? BLOCK_UNSUPP : BLOCK_OK;
    if (type == BLOCK_FLUSH)
        request->header.sector = 0;
    if (unit_random(40) == 0)
        request->header.sector = UINT64_MAX / SECTOR_SIZE + 2 + unit_random(9);  // * 512 is small
    if (count && (request->header.sector > SECTORS || count > SECTORS - request->header.sector))
        request->status = BLOCK_IOERR;
    if (request->status == BLOCK_OK && type == BLOCK_OUT)
        memcpy(disk + request->header.sector * SECTOR_SIZE, request->data, request->data_size);
    if (request->status == BLOCK_OK && type == BLOCK_IN)
        memcpy(request->data, disk + request->header.sector * SECTOR_SIZE, request->data_size);
}

// Three parts, cut into at most five descriptors, and sometimes data and status in one.
static void request_send(struct request *request)
{
    bool in = request->header.type == BLOCK_IN;
    uint64_t header = lend(&request->header, sizeof(request->header));
    int last =
        chain_add(-1, header, sizeof(request->header), false, &request->head, 1 + unit_random(2));

    if (in && unit_random(3) == 0) {
        request->data_gpa = lend(NULL, request->data_size + 1);
        request->status_gpa = request->data_gpa + request->data_size;
        chain_add(last, request->data_gpa, request->data_size + 1, true, &request->head,
                  1 + unit_random(3));
    } else {
        request->data_gpa = lend(in ? NULL : request->data, request->data_size);
        last = chain_add(last, request->data_gpa, request->data_size, in, &request->head,
                         1 + unit_random(2));
        request->status_gpa = lend(NULL, 1);
        chain_add(last, request->status_gpa, 1, true, &request->head, 1);
    }
    available->ring[available->index % size] = request->head;
    __atomic_store_n(&available->index, available->index + 1, __ATOMIC_RELEASE);
}

static const char *const type_names[] = {
    [BLOCK_IN] = "a read", [BLOCK_OUT] = "a write", [BLOCK_FLUSH] = "a flush"};

static void request_verify(const struct request *request, uint16_t index)
{
    uint32_t type = request->header.type, written = used->ring[index % size].written;
    const char *name = type > 4 ? "a request of type 4711" : type_names[type];
    bool in = type == BLOCK_IN;
    char what[200];

    unit_is(
        used->ring[index % size].head, request->head,
        "the used ring's new entry: number of the chain's first descriptor",
        "queue_give() puts chain->head into ring[index % size], and the entry before the index");
    snprintf(what, sizeof(what), "status byte of %s, %u bytes at sector %llu of %u", name,
             request->data_size, (unsigned long long)request->header.sector, SECTORS);
    unit_is(high[request->status_gpa - HIGH_GPA], request->status, what,
            "0 OK, 1 for what reaches beyond the end of the disk, 2 for types that you don't know; "
            "it goes into the last byte of the last buffer, wherever the cuts are");
    if (request->status == BLOCK_OK) {
        snprintf(what, sizeof(what), "bytes written into buffers for %s of %u bytes", name,
                 request->data_size);
        unit_is(written, in ? request->data_size + 1 : 1, what,
                "what the device writes into memory counts, the status byte as well");
    }
    unit_ok(
        request->status != BLOCK_OK || !in ||
            memcmp(high + request->data_gpa - HIGH_GPA, request->data, request->data_size) == 0,
        "a read brings the sectors that are on the disk", "other bytes",
        "header, data and status may be cut anywhere: data begins where 16 bytes of header end, "
        "and ends before the last byte; it goes on in the next buffer where this one ended");
}

// A few requests at once, one notification.
static void batch(void)
{
    static struct request requests[4];
    unsigned count = unit_random(5);
    uint16_t index = used->index;

    free_descriptor = 0;
    free_memory = unit_random(64);
    if (count > size / 8)
        count = size / 8;  // each takes up to five descriptors
    if (count == 0)
        count = unit_random(8) == 0 ? 0 : 1;
    for (unsigned i = 0; i < count; i++) {
        request_make(&requests[i]);
        request_send(&requests[i]);
    }
    write_register(VIRTIO_QUEUE_NOTIFY, 0);
    unit_is(read_register(VIRTIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET, 0,
            "bit NEEDS_RESET of the status after a good request",
            "a chain that you call broken is in order: look at QUEUE_BROKEN, and at the conditions "
            "of chain_serve()");
    unit_is((uint16_t)(used->index - index), count, "new entries in the used ring",
            "take chains until the available ring has no more; each goes into the used ring once");
    unit_is(read_register(VIRTIO_INTERRUPT_STATUS), count ? VIRTIO_INTERRUPT_QUEUE : 0,
            "INTERRUPT_STATUS", "an interrupt for used buffers, and none for nothing");
    write_register(VIRTIO_INTERRUPT_ACK, VIRTIO_INTERRUPT_QUEUE);
    for (unsigned i = 0; i < count; i++)
        request_verify(&requests[i], index + i);
}

// The file is what was written, and not a byte more.
static void file_verify(void)
{
    static uint8_t now[sizeof(disk) + 1];
    ssize_t count = pread(file, now, sizeof(now), 0);

    unit_is((uint64_t)count, sizeof(disk), "size of the disk's file in bytes",
            "a write beyond the end must fail before it changes the file");
    for (unsigned i = 0; i < sizeof(disk); i++)
        unit_is(now[i], disk[i], "a byte of the disk's file after all writes",
                "the sector times 512 is the place in the file; only the data goes there");
}

// Both indices count up for ever: 16 bits, which wrap around.
static void wrap_around(void)
{
    for (unsigned i = 0; i < 70000; i++) {
        struct request request = {.header = {.type = 4711}, .status = BLOCK_UNSUPP};
        uint16_t index = used->index;

        free_descriptor = 0;
        free_memory = 0;
        request_send(&request);
        write_register(VIRTIO_QUEUE_NOTIFY, 0);
        unit_is((uint16_t)(used->index - index), 1,
                "new entries in the used ring after very many requests",
                "indices are 16 bits and wrap around: compare them for being different");
        request_verify(&request, index);
    }
    write_register(VIRTIO_INTERRUPT_ACK, VIRTIO_INTERRUPT_QUEUE);
}

// A chain that is nonsense: the device must stop, and touch nothing.
static void hostile(const char *what, void (*spoil)(struct request *request))
{
    struct request request = {.header = {.type = BLOCK_FLUSH}};
    char expected[200];
    uint16_t index;

    driver_start();
    free_memory = 0;
    request_send(&request);
    index = used->index;
    spoil(&request);
    write_register(VIRTIO_QUEUE_NOTIFY, 0);
    snprintf(expected, sizeof(expected), "%s: bit NEEDS_RESET is set in the status", what);
    unit_ok(read_register(VIRTIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET, expected, "it is not",
            "believe nothing that the guest wrote: every number is checked before it is used, and "
            "memory_at() returns NULL for what isn't RAM");
    unit_is((uint16_t)(used->index - index), 0, "new entries in the used ring for a broken chain",
            "a broken chain isn't served");
}

// A number beyond the table, with a descriptor there that looks like any other.
static uint16_t beyond(const struct queue_descriptor *looks_like)
{
    uint16_t number = (uint16_t)(0x4000 + unit_random(0x1000));

    descriptors[number] = *looks_like;
    return number;
}

static void spoil_head(struct request *request)
{
    available->ring[0] = beyond(&descriptors[request->head]);
}

static void spoil_next(struct request *request)
{
    descriptors[request->head].next = beyond(&descriptors[descriptors[request->head].next]);
}

static void spoil_loop(struct request *request)
{
    descriptors[request->head].flags |= DESCRIPTOR_NEXT;
    descriptors[request->head].next = request->head;
}

static void spoil_address(struct request *request)
{
    descriptors[request->head].address = HIGH_GPA + HIGH_SIZE + unit_random(8);
}

// It may be in two pieces.
static void spoil_header(struct request *request)
{
    (void)request;
    for (unsigned i = 0; i < size; i++)
        if (!(descriptors[i].flags & DESCRIPTOR_WRITE))
            descriptors[i].size = unit_random(8);
}

static void spoil_status(struct request *request)
{
    for (unsigned i = 0; i < size; i++)
        descriptors[i].flags &= ~DESCRIPTOR_WRITE;
    (void)request;
}

static void spoil_tables(struct request *request)
{
    (void)request;
    write_register(VIRTIO_QUEUE_READY, 0);
    write_register(VIRTIO_QUEUE_USED, LOW_SIZE - 8);
    write_register(VIRTIO_QUEUE_READY, 1);
}

int main(int argc, char **argv)
{
    char path[] = "/tmp/diskXXXXXX";

    unit_seed(argc, argv);
    file = mkstemp(path);
    unlink(path);
    unit_random_bytes(disk, sizeof(disk));
    if (write(file, disk, sizeof(disk)) != sizeof(disk))
        return 3;
    block_open(&block, file, sizeof(disk) + unit_random(SECTOR_SIZE), &memory);
    unit_is(read_register(VIRTIO_CONFIG), SECTORS, "capacity in sectors",
            "block_open() was ready as you got it");

    for (unsigned i = 0; i < 20; i++) {
        driver_start();
        for (unsigned j = 0; j < 40; j++)
            batch();
    }
    file_verify();
    driver_start();
    wrap_around();

    hostile("a chain that begins beyond the table", spoil_head);
    hostile("a chain that goes on beyond the table", spoil_next);
    hostile("a chain that never ends", spoil_loop);
    hostile("a buffer that isn't in RAM", spoil_address);
    hostile("a request without its 16 bytes of header", spoil_header);
    hostile("a request without room for the status", spoil_status);
    hostile("a used ring that isn't wholly in RAM", spoil_tables);
    driver_start();  // and a reset mends it
    batch();
    return 0;
}
