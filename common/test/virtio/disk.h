// A disk for the driver of driver.h: 16 sectors, which count who asks for them.

#ifndef COMMON_TEST_VIRTIO_DISK_H
#define COMMON_TEST_VIRTIO_DISK_H

#include "common/pc/virtio/blk.h"
#include "common/test/virtio/driver.h"

#define SECTORS 16u

static uint8_t disk_bytes[SECTORS * VIRTIO_BLK_SECTOR];
static unsigned flushes, touched;  // how often the image was flushed, and asked for anything
static bool image_broken;
static struct virtio_blk disk;

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

    power_on_device(&disk.device);
    memset(disk_bytes, 0, sizeof(disk_bytes));
    flushes = touched = 0;
    image_broken = false;
    virtio_blk_create(&disk, &test_ram, &image);
}

static void put_header(uint32_t type, uint64_t sector)
{
    memset(ram_bytes + HEADER, 0, 16);
    memcpy(ram_bytes + HEADER, &type, 4);
    memcpy(ram_bytes + HEADER + 8, &sector, 8);
}

#endif
