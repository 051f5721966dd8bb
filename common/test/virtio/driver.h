// A driver for the tests of virtio: RAM of 64 KiB, the tables of one queue in it, and what a driver
// does with them. Nothing here is checked, so it can lie.

#ifndef COMMON_TEST_VIRTIO_DRIVER_H
#define COMMON_TEST_VIRTIO_DRIVER_H

#include <stdlib.h>
#include <string.h>

#include "common/pc/virtio/blk.h"

#define RAM_SIZE    0x10000u
#define DESCRIPTORS 0x1000u
#define AVAILABLE   0x2000u
#define USED        0x3000u
#define HEADER      0x4000u  // where requests begin
#define STATUS      0x4800u  // and their status goes
#define DATA        0x5000u
#define TABLE       0x9000u  // an indirect one
#define QUEUE_SIZE  8u
#define SECTORS     16u

#define D_NEXT     1u
#define D_WRITE    2u
#define D_INDIRECT 4u

static uint8_t *ram_bytes, disk_bytes[SECTORS * VIRTIO_BLK_SECTOR];
static unsigned flushes, touched;  // how often the image was flushed, and asked for anything
static bool image_broken;
static struct virtio_blk disk;

// Whoever asks for what wasn't checked ends the test.
__attribute__((unused)) static void *ram_at(void *context, uint64_t gpa, uint64_t size)
{
    (void)context;
    if (gpa > RAM_SIZE || size > RAM_SIZE - gpa)
        abort();
    return ram_bytes + gpa;
}

static const struct guest_ram test_ram = {.low = RAM_SIZE, .at = ram_at};

static uint8_t *image_at(uint64_t offset, uint64_t size)
{
    touched++;
    if (offset > sizeof(disk_bytes) || size > sizeof(disk_bytes) - offset)
        abort();
    return disk_bytes + offset;
}

static bool image_read(void *context, uint64_t offset, void *data, uint64_t size)
{
    (void)context;
    memcpy(data, image_at(offset, size), size);
    return !image_broken;
}

static bool image_write(void *context, uint64_t offset, const void *data, uint64_t size)
{
    (void)context;
    memcpy(image_at(offset, size), data, size);
    return !image_broken;
}

static bool image_flush(void *context)
{
    (void)context;
    touched++;
    flushes++;
    return !image_broken;
}

// A new machine: RAM and disk of zeroes, the disk's driver not started.
static void power_on(bool read_only)
{
    struct virtio_blk_image image = {.sectors = SECTORS,
                                     .read_only = read_only,
                                     .id = "a test's disk",
                                     .read = image_read,
                                     .write = image_write,
                                     .flush = image_flush};

    free(ram_bytes);
    ram_bytes = calloc(1, RAM_SIZE);
    memset(disk_bytes, 0, sizeof(disk_bytes));
    flushes = touched = 0;
    image_broken = false;
    virtio_blk_create(&disk, &test_ram, &image);
}

static void set32(uint64_t offset, uint32_t value)
{
    virtio_write(&disk.device, offset, 4, value);
}

static uint32_t get32(uint64_t offset)
{
    return virtio_read(&disk.device, offset, 4);
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

// VIRTIO 1.2, "Driver Initialization", with these features and the queue at these addresses.
static void start_at(uint64_t features, uint64_t descriptors, uint64_t available, uint64_t used)
{
    set32(VIRTIO_STATUS, 0);
    set32(VIRTIO_STATUS, 3);
    for (unsigned i = 0; i < 2; i++) {
        set32(VIRTIO_DRIVER_FEATURES_SEL, i);
        set32(VIRTIO_DRIVER_FEATURES, features >> 32 * i);
    }
    set32(VIRTIO_STATUS, 3 | VIRTIO_FEATURES_OK);
    set32(VIRTIO_QUEUE_SEL, 0);
    set32(VIRTIO_QUEUE_SIZE, QUEUE_SIZE);
    set32(VIRTIO_QUEUE_DESCRIPTORS, descriptors);
    set32(VIRTIO_QUEUE_DESCRIPTORS + 4, descriptors >> 32);
    set32(VIRTIO_QUEUE_AVAILABLE, available);
    set32(VIRTIO_QUEUE_AVAILABLE + 4, available >> 32);
    set32(VIRTIO_QUEUE_USED, used);
    set32(VIRTIO_QUEUE_USED + 4, used >> 32);
    set32(VIRTIO_QUEUE_READY, 1);
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

static void put_header(uint32_t type, uint64_t sector)
{
    memset(ram_bytes + HEADER, 0, 16);
    memcpy(ram_bytes + HEADER, &type, 4);
    memcpy(ram_bytes + HEADER + 8, &sector, 8);
}

// Makes `head` the entry number `index` of the available ring, and tells the device.
static void offer(uint16_t index, uint16_t head)
{
    put16(AVAILABLE + 4 + index % QUEUE_SIZE * 2, head);
    put16(AVAILABLE + 2, index + 1);
    set32(VIRTIO_QUEUE_NOTIFY, 0);
}

#endif
