// The guest's disk: the virtio disk of stage 04, with an image that is in memory. What the guest
// writes lasts until the power is off.

#ifndef VMM_GUESTS_DEVICES_DISK_H
#define VMM_GUESTS_DEVICES_DISK_H

#include "common/pc/pic.h"
#include "common/pc/virtio/blk.h"

struct guest_disk {
    struct virtio_blk blk;
    uint8_t *bytes;   // the image; NULL: there is no disk
    struct pic *pic;  // where its interrupt line ends
};

// The state after power-on of a disk of `size` bytes, whole sectors, for a guest with this RAM.
// `disk`, `bytes` and `ram` must stay where they are.
void disk_reset(struct guest_disk *disk, uint8_t *bytes, uint64_t size, bool read_only,
                const struct guest_ram *ram, struct pic *pic);

// For a device page. A request is carried out before the write that announces it is over.
uint64_t disk_page_read(void *device, uint64_t offset, unsigned size);
void disk_page_write(void *device, uint64_t offset, unsigned size, uint64_t value);

#endif
