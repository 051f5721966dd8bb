// A file as the contents of a virtio disk.

#ifndef DISK_H
#define DISK_H

#include "common/host/disk_image.h"
#include "common/pc/virtio/blk.h"

// The contents of `image`, which must stay where it is.
struct virtio_blk_image disk_contents(const struct disk_image *image);

#endif
