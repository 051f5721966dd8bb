// The disk of disk.h.

#include "vmm/guests/devices/disk.h"

#include <string.h>

static bool disk_read(void *context, uint64_t offset, void *data, uint64_t size)
{
    const struct guest_disk *disk = context;

    memcpy(data, disk->bytes + offset, size);
    return true;
}

static bool disk_write(void *context, uint64_t offset, const void *data, uint64_t size)
{
    struct guest_disk *disk = context;

    memcpy(disk->bytes + offset, data, size);
    return true;
}

static bool disk_flush(void *context)
{
    (void)context;
    return true;  // there is no place that is safer
}

void disk_reset(struct guest_disk *disk, uint8_t *bytes, uint64_t size, bool read_only,
                const struct guest_ram *ram, struct pic *pic)
{
    const struct virtio_blk_image image = {
        .sectors = size / VIRTIO_BLK_SECTOR,
        .read_only = read_only,
        .id = "hypervisors",
        .read = disk_read,
        .write = disk_write,
        .flush = disk_flush,
        .context = disk,
    };

    disk->bytes = bytes;
    disk->pic = pic;
    virtio_blk_create(&disk->blk, ram, &image);
}

uint64_t disk_page_read(void *device, uint64_t offset, unsigned size)
{
    const struct guest_disk *disk = device;

    return virtio_read(&disk->blk.device, offset, size);
}

// The tables say that its interrupt is an edge. The line goes down when the driver acknowledges,
// and up with the next reason.
void disk_page_write(void *device, uint64_t offset, unsigned size, uint64_t value)
{
    struct guest_disk *disk = device;

    virtio_write(&disk->blk.device, offset, size, value);
    pic_set_line(disk->pic, VIRTIO_IRQ, virtio_interrupt(&disk->blk.device));
}
