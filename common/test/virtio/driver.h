// A driver for the tests of virtio: RAM of 64 KiB, the tables of its queues in it, and what a
// driver does with them. Nothing here is checked, so it can lie.

#ifndef COMMON_TEST_VIRTIO_DRIVER_H
#define COMMON_TEST_VIRTIO_DRIVER_H

#include <stdlib.h>
#include <string.h>

#include "common/pc/virtio/device.h"

#define RAM_SIZE    0x10000u
#define QUEUE       0x400u  // from one queue's tables to the next one's
#define DESCRIPTORS 0x1000u
#define AVAILABLE   0x2000u
#define USED        0x3000u
#define HEADER      0x4000u  // where requests begin
#define STATUS      0x4800u  // and their status goes
#define DATA        0x5000u
#define TABLE       0x9000u  // an indirect one
#define QUEUE_SIZE  8u

#define D_NEXT     1u
#define D_WRITE    2u
#define D_INDIRECT 4u

static uint8_t *ram_bytes;
static struct virtio *tested;  // the device

// Whoever asks for what wasn't checked ends the test.
__attribute__((unused)) static void *ram_at(void *context, uint64_t gpa, uint64_t size)
{
    (void)context;
    if (gpa > RAM_SIZE || size > RAM_SIZE - gpa)
        abort();
    return ram_bytes + gpa;
}

// Where a driver's lies do most: near the rings, the header and the ends of RAM.
__attribute__((unused)) static uint64_t lie(uint8_t where, uint16_t offset)
{
    static const uint64_t places[8] = {DESCRIPTORS, AVAILABLE,       USED,       HEADER,
                                       TABLE,       RAM_SIZE - 0x20, 1ull << 32, UINT64_MAX - 0x1F};

    return places[where & 7] + (offset & 0xFF);
}

static const struct guest_ram test_ram = {.low = RAM_SIZE, .at = ram_at};

// RAM of zeroes, and this device in it.
static void power_on_device(struct virtio *device)
{
    free(ram_bytes);
    ram_bytes = calloc(1, RAM_SIZE);
    tested = device;
}

static void set32(uint64_t offset, uint32_t value)
{
    virtio_write(tested, offset, 4, value);
}

__attribute__((unused)) static uint32_t get32(uint64_t offset)
{
    return virtio_read(tested, offset, 4);
}

static void put16(uint64_t gpa, uint16_t value)
{
    memcpy(ram_bytes + gpa, &value, sizeof(value));
}

__attribute__((unused)) static uint16_t peek16(uint64_t gpa)
{
    uint16_t value;

    memcpy(&value, ram_bytes + gpa, sizeof(value));
    return value;
}

static void start_queue(unsigned number, uint64_t descriptors, uint64_t available, uint64_t used)
{
    set32(VIRTIO_QUEUE_SEL, number);
    set32(VIRTIO_QUEUE_SIZE, QUEUE_SIZE);
    set32(VIRTIO_QUEUE_DESCRIPTORS, descriptors);
    set32(VIRTIO_QUEUE_DESCRIPTORS + 4, descriptors >> 32);
    set32(VIRTIO_QUEUE_AVAILABLE, available);
    set32(VIRTIO_QUEUE_AVAILABLE + 4, available >> 32);
    set32(VIRTIO_QUEUE_USED, used);
    set32(VIRTIO_QUEUE_USED + 4, used >> 32);
    set32(VIRTIO_QUEUE_READY, 1);
}

// VIRTIO 1.2, "Driver Initialization", with these features and the first queue at these addresses.
static void start_at(uint64_t features, uint64_t descriptors, uint64_t available, uint64_t used)
{
    set32(VIRTIO_STATUS, 0);
    set32(VIRTIO_STATUS, 3);
    for (unsigned i = 0; i < 2; i++) {
        set32(VIRTIO_DRIVER_FEATURES_SEL, i);
        set32(VIRTIO_DRIVER_FEATURES, features >> 32 * i);
    }
    set32(VIRTIO_STATUS, 3 | VIRTIO_FEATURES_OK);
    start_queue(0, descriptors, available, used);
    set32(VIRTIO_STATUS, 3 | VIRTIO_FEATURES_OK | VIRTIO_DRIVER_OK);
}

static void start(uint64_t features)
{
    start_at(features | VIRTIO_F_VERSION_1, DESCRIPTORS, AVAILABLE, USED);
}

// Descriptor `n` of the table at `table`.
static void describe(uint64_t table, unsigned n, uint64_t gpa, uint32_t size, uint16_t flags,
                     uint16_t next)
{
    uint64_t at = table + n * 16;

    memcpy(ram_bytes + at, &gpa, 8);
    memcpy(ram_bytes + at + 8, &size, 4);
    put16(at + 12, flags);
    put16(at + 14, next);
}

// Makes `head` the entry number `index` of a queue's available ring, and tells the device.
static void offer_to(unsigned queue, uint16_t index, uint16_t head)
{
    put16(AVAILABLE + queue * QUEUE + 4 + index % QUEUE_SIZE * 2, head);
    put16(AVAILABLE + queue * QUEUE + 2, index + 1);
    set32(VIRTIO_QUEUE_NOTIFY, queue);
}

__attribute__((unused)) static void offer(uint16_t index, uint16_t head)
{
    offer_to(0, index, head);
}

#endif
