// The other side of the network card: a driver, without a guest. It sends and receives frames in
// buffers cut in every way that the specification allows, and then in some that it doesn't.

#include "net.h"
#include "unit.h"

#define LOW_SIZE  (1u << 20)
#define HIGH_GPA  (1ull << 32)
#define HIGH_SIZE (1u << 20)
#define HEADER    ((uint32_t)sizeof(struct net_header))
#define FRAMES    64u

static uint8_t low[LOW_SIZE], high[HIGH_SIZE];
static struct memory memory = {.count = 2,
                               .slots = {{.gpa = 0, .size = LOW_SIZE, .host = low},
                                         {.gpa = HIGH_GPA, .size = HIGH_SIZE, .host = high}}};
static struct net net;

// What came out of the card.
static struct net_frame sent[FRAMES];
static unsigned sent_count;

static void send_it(void *context, const uint8_t *frame, size_t size)
{
    unit_ok(context == &sent, "send() is called with the context of net_open()", "another pointer",
            "net->send(net->context, ...)");
    unit_ok(size <= NET_FRAME_MAX && sent_count < FRAMES, "frames of at most 1514 bytes are sent",
            "a larger one, or far too many", "drop what is too large, and give its chain back");
    sent[sent_count].size = size;
    memcpy(sent[sent_count++].bytes, frame, size);
}

// The driver's side of a queue.
struct side {
    unsigned size;
    struct queue_descriptor *descriptors;
    struct queue_available *available;
    struct queue_used *used;
    uint16_t order[QUEUE_SIZE_MAX];  // the descriptors, in which they are used
    unsigned next;
    uint16_t seen;  // entries of the used ring that were looked at
};

static struct side sides[2];
static uint32_t free_memory;  // in the high RAM

static void write_register(uint64_t offset, uint32_t value)
{
    registers_write(&net.virtio, offset, &value, sizeof(value));
}

static uint32_t read_register(uint64_t offset)
{
    uint32_t value;

    registers_read(&net.virtio, offset, &value, sizeof(value));
    return value;
}

static void queue_start(unsigned number)
{
    struct side *side = &sides[number];
    uint32_t at = 0x80000 * number + 4096 + 16 * unit_random(4096);

    *side = (struct side){.size = 32u << unit_random(4)};
    for (unsigned i = 0; i < side->size; i++) {
        unsigned j = unit_random(i + 1);
        side->order[i] = side->order[j];
        side->order[j] = (uint16_t)i;
    }
    side->descriptors = (void *)(low + at);
    write_register(VIRTIO_QUEUE_SEL, number);
    write_register(VIRTIO_QUEUE_SIZE, side->size);
    write_register(VIRTIO_QUEUE_DESCRIPTORS, at);
    at += 16 * side->size;
    side->available = (void *)(low + at);
    write_register(VIRTIO_QUEUE_AVAILABLE, at);
    at += 4096;
    side->used = (void *)(low + at);
    write_register(VIRTIO_QUEUE_USED, at);
    side->available->index = side->used->index = 0;
    write_register(VIRTIO_QUEUE_READY, 1);
}

static void driver_start(void)
{
    write_register(VIRTIO_STATUS, 0);
    write_register(VIRTIO_STATUS, 1 | 2 | 8);
    queue_start(NET_RECEIVE);
    queue_start(NET_TRANSMIT);
    write_register(VIRTIO_STATUS, 1 | 2 | 4 | 8);
    free_memory = 0;
}

// Appends a buffer of `count` bytes in up to `pieces` descriptors; returns the first one's number.
static uint16_t lend(struct side *side, const void *bytes, uint32_t count, unsigned pieces)
{
    uint32_t at = free_memory;
    int last = -1;
    uint16_t head = 0;

    free_memory += count + unit_random(16);
    memset(high + at, 0xEE, free_memory - at);
    if (bytes)
        memcpy(high + at, bytes, count);
    for (; count > 0; pieces--) {
        uint32_t piece = pieces > 1 && count > 1 ? 1 + unit_random(count) : count;
        uint16_t number = side->order[side->next++ % side->size];

        side->descriptors[number] = (struct queue_descriptor){
            HIGH_GPA + at, piece, bytes ? 0 : DESCRIPTOR_WRITE, (uint16_t)unit_random(65536)};
        if (last < 0) {
            head = number;
        } else {
            side->descriptors[last].flags |= DESCRIPTOR_NEXT;
            side->descriptors[last].next = number;
        }
        last = number;
        at += piece;
        count -= piece;
    }
    side->available->ring[side->available->index % side->size] = head;
    __atomic_store_n(&side->available->index, side->available->index + 1, __ATOMIC_RELEASE);
    return head;
}

static void frame_make(struct net_frame *frame)
{
    frame->size = unit_random(4) ? NET_FRAME_MIN + unit_random(100)
                                 : NET_FRAME_MIN + unit_random(NET_FRAME_MAX - NET_FRAME_MIN + 1);
    unit_random_bytes(frame->bytes, frame->size);
}

static void interrupt_expect(bool want, const char *what)
{
    char text[200];

    snprintf(text, sizeof(text), "bit 0 of INTERRUPT_STATUS after %s", what);
    unit_is(read_register(VIRTIO_INTERRUPT_STATUS), want, text,
            "virtio_used() after queue_give(), and only then");
    write_register(VIRTIO_INTERRUPT_ACK, 1);
}

// The guest sends a few frames with one notification; some are too long or too short to be any.
static void transmit(void)
{
    struct side *side = &sides[NET_TRANSMIT];
    static struct net_frame frames[8];
    unsigned count = 1 + unit_random(6), expected = 0;
    uint16_t heads[8];

    sent_count = 0;
    free_memory = HIGH_SIZE / 2;
    side->next = 0;
    for (unsigned i = 0; i < count; i++) {
        uint8_t bytes[HEADER + NET_FRAME_MAX + 100];
        bool good = unit_random(8) != 0;

        unit_random_bytes(bytes, sizeof(bytes));  // the header's fields mean nothing
        frame_make(&frames[expected]);
        memcpy(bytes + HEADER, frames[expected].bytes, frames[expected].size);
        if (good)
            heads[i] = lend(side, bytes, HEADER + (uint32_t)frames[expected++].size, 4);
        else
            heads[i] = lend(side, bytes,
                            HEADER + (unit_random(2) ? unit_random(NET_FRAME_MIN)
                                                     : NET_FRAME_MAX + 1 + unit_random(90)),
                            4);
    }
    write_register(VIRTIO_QUEUE_NOTIFY, NET_TRANSMIT);
    unit_is(read_register(VIRTIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET, 0,
            "bit NEEDS_RESET of the status after good frames",
            "broken are chains, not frames: one of "
            "the wrong size is dropped, and its chain given back");
    unit_is(sent_count, expected, "frames handed to send()",
            "all chains of the queue, one frame each; only sizes from 14 to 1514 bytes, the header "
            "not counted");
    for (unsigned i = 0; i < expected; i++) {
        unit_is(
            sent[i].size, frames[i].size, "bytes of a frame handed to send()",
            "the 12 bytes of struct net_header aren't part of the frame; they may be cut off from "
            "it, or cut in two");
        unit_ok(memcmp(sent[i].bytes, frames[i].bytes, sent[i].size) == 0,
                "the bytes of the frame, in their order", "others",
                "a buffer goes on in the next descriptor where this one ended");
    }
    unit_is((uint16_t)(side->used->index - side->seen), count, "chains given back after sending",
            "each chain comes back, that of a dropped frame as well");
    for (unsigned i = 0; i < count; i++) {
        unit_is(side->used->ring[side->seen % side->size].head, heads[i],
                "chain given back after sending", "in their order, one by one");
        unit_is(side->used->ring[side->seen++ % side->size].written, 0,
                "bytes written into a sent frame's buffers", "the device only read them");
    }
    interrupt_expect(true, "sending");
}

// What the model has for the guest, and what buffers it knows of.
static struct net_frame arrived[NET_WAITING];
static unsigned arrived_count;
static struct {
    uint16_t head;
    uint32_t at;
} lent[8];
static unsigned lent_count;

// As many waiting frames as there are buffers must have come through.
static void receive_verify(void)
{
    struct side *side = &sides[NET_RECEIVE];
    unsigned count = arrived_count < lent_count ? arrived_count : lent_count;
    struct net_header header;

    unit_is(read_register(VIRTIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET, 0,
            "bit NEEDS_RESET of the status after receiving",
            "no buffer is no mistake: frames wait");
    unit_is((uint16_t)(side->used->index - side->seen), count, "frames delivered to the guest",
            "when a frame comes and a buffer is there, and when a buffer comes and a frame waits");
    for (unsigned i = 0; i < count; i++, side->seen++) {
        memcpy(&header, high + lent[i].at, sizeof(header));
        unit_is(side->used->ring[side->seen % side->size].head, lent[i].head,
                "chain used for a received frame", "the first that the guest gave");
        unit_is(side->used->ring[side->seen % side->size].written, HEADER + arrived[i].size,
                "bytes written for a received frame", "header and frame");
        unit_is(header.buffers, 1, "`buffers` in the header of a received frame",
                "the specification wants 1, though we never use more");
        unit_ok(memcmp(&header, "\0\0\0\0\0\0\0\0\0\0", 10) == 0,
                "zeroes in the rest of the header", "something else",
                "no field but `buffers` has a meaning for us");
        unit_ok(memcmp(high + lent[i].at + HEADER, arrived[i].bytes, arrived[i].size) == 0,
                "the frame behind its header", "other bytes",
                "the oldest frame first; a buffer may be cut anywhere, in the header as well");
    }
    interrupt_expect(count > 0, count > 0 ? "receiving" : "receiving nothing");
    memmove(arrived, arrived + count, (arrived_count - count) * sizeof(arrived[0]));
    memmove(lent, lent + count, (lent_count - count) * sizeof(lent[0]));
    arrived_count -= count;
    lent_count -= count;
}

static void receive_frame(void)
{
    struct net_frame frame;

    frame_make(&frame);
    net_receive(&net, frame.bytes, frame.size);
    if (arrived_count < NET_WAITING)
        arrived[arrived_count++] = frame;
    receive_verify();
}

static void receive_buffer(void)
{
    struct side *side = &sides[NET_RECEIVE];

    if (lent_count == 8)
        return;
    if (free_memory > HIGH_SIZE / 2 - 4096)
        free_memory = 0;
    lent[lent_count].at = free_memory;
    lent[lent_count++].head = lend(side, NULL, HEADER + NET_FRAME_MAX, 3);
    write_register(VIRTIO_QUEUE_NOTIFY, NET_RECEIVE);
    receive_verify();
}

// More frames than may wait, before there is a driver.
static void flood(void)
{
    for (unsigned i = 0; i < NET_WAITING + 5; i++) {
        struct net_frame frame;

        frame_make(&frame);
        net_receive(&net, frame.bytes, frame.size);
        if (i < NET_WAITING)
            arrived[arrived_count++] = frame;
    }
    net_receive(&net, low, NET_FRAME_MIN - 1);
    net_receive(&net, low, NET_FRAME_MAX + 1);
    unit_is(read_register(VIRTIO_STATUS), 0,
            "the status, when frames come before there is a driver",
            "a queue that isn't ready isn't broken: frames wait");
}

static void broken(const char *what)
{
    char text[200];

    snprintf(text, sizeof(text), "%s: bit NEEDS_RESET is set in the status", what);
    unit_ok(read_register(VIRTIO_STATUS) & VIRTIO_STATUS_NEEDS_RESET, text, "it is not",
            "virtio_broken() where a chain can't be what it should be");
}

static void hostile(void)
{
    struct side *side = &sides[NET_RECEIVE];

    driver_start();
    lend(&sides[NET_TRANSMIT], low, unit_random(11) + 1, 2);
    write_register(VIRTIO_QUEUE_NOTIFY, NET_TRANSMIT);
    broken("a frame shorter than its header");

    driver_start();
    lend(side, NULL, HEADER + 13, 2);
    net_receive(&net, low, NET_FRAME_MIN);
    broken("a receive buffer that is too small");
    unit_is(side->used->index, 0, "entries in the used ring for a broken chain",
            "look for room before you give the chain back");

    driver_start();
    lend(side, low, HEADER + NET_FRAME_MAX, 2);
    net_receive(&net, low, NET_FRAME_MIN);
    broken("a receive buffer that the device may only read");
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    net_open(&net, &memory, send_it, &sent);
    flood();
    driver_start();
    while (arrived_count > 0)
        receive_buffer();
    for (unsigned i = 0; i < 3000; i++) {
        if (i % 500 == 0 && lent_count == 0 && arrived_count == 0)
            driver_start();
        switch (unit_random(3)) {
        case 0: receive_frame(); break;
        case 1: receive_buffer(); break;
        default:
            if (i % 16 == 0) {
                uint32_t keep = free_memory;
                transmit();
                free_memory = keep;
            }
        }
    }
    net_open(&net, &memory, send_it, &sent);
    hostile();
    return 0;
}
