// A virtio disk: requests come out of a queue, and go to an image that the owner has. An error of
// the image, or a request beyond its end, is an I/O error in the guest; nothing stops for it.
//
// Source: VIRTIO 1.2, "Block Device".

#ifndef COMMON_PC_VIRTIO_BLK_H
#define COMMON_PC_VIRTIO_BLK_H

#include "common/pc/virtio/device.h"

#define VIRTIO_BLK_SECTOR 512

enum virtio_blk_request {
    VIRTIO_BLK_IN = 0,
    VIRTIO_BLK_OUT = 1,
    VIRTIO_BLK_FLUSH = 4,
    VIRTIO_BLK_GET_ID = 8
};
enum virtio_blk_status { VIRTIO_BLK_OK = 0, VIRTIO_BLK_IOERR = 1, VIRTIO_BLK_UNSUPPORTED = 2 };

#define VIRTIO_BLK_ID_SIZE 20

// Features, and the configuration's fields that they announce.
#define VIRTIO_BLK_F_SEG_MAX (1u << 2)
#define VIRTIO_BLK_F_RO      (1u << 5)
#define VIRTIO_BLK_F_FLUSH   (1u << 9)

// The disk's contents. Offsets and sizes are in bytes and inside of it. Each returns false for an
// error. What was written may be lost with the power until `flush` has returned.
struct virtio_blk_image {
    uint64_t sectors;
    bool read_only;
    char id[VIRTIO_BLK_ID_SIZE];  // the disk's serial number, filled up with zeroes
    bool (*read)(void *context, uint64_t offset, void *data, uint64_t size);
    bool (*write)(void *context, uint64_t offset, const void *data, uint64_t size);
    bool (*flush)(void *context);
    void *context;
};

struct virtio_blk {
    struct virtio device;
    struct virtio_blk_image image;
    struct {
        uint64_t sectors;
        uint32_t size_max, seg_max;
    } config;
};

// A disk with the contents of `image` for a guest with this RAM. `disk` must stay where it is.
void virtio_blk_create(struct virtio_blk *disk, const struct guest_ram *ram,
                       const struct virtio_blk_image *image);

#endif
