// The virtio disk: see blk.h.

#include "common/pc/virtio/blk.h"

#include <stddef.h>

// What every request begins with. It ends with a byte of status, which the device writes.
struct header {
    uint32_t type;
    uint32_t reserved;
    uint64_t sector;
};
_Static_assert(sizeof(struct header) == 16, "VIRTIO 1.2, Block Device, Device Operation");

// The part of a transfer that is next.
struct transfer {
    const struct virtio_blk_image *image;
    uint64_t offset;
};

static bool read_piece(void *context, void *piece, uint64_t size)
{
    struct transfer *transfer = context;
    uint64_t offset = transfer->offset;

    transfer->offset += size;
    return transfer->image->read(transfer->image->context, offset, piece, size);
}

static bool write_piece(void *context, void *piece, uint64_t size)
{
    struct transfer *transfer = context;
    uint64_t offset = transfer->offset;

    transfer->offset += size;
    return transfer->image->write(transfer->image->context, offset, piece, size);
}

static bool on_disk(const struct virtio_blk_image *image, uint64_t sector, uint64_t size)
{
    return size % VIRTIO_BLK_SECTOR == 0 && sector <= image->sectors &&
           size / VIRTIO_BLK_SECTOR <= image->sectors - sector;
}

static enum virtio_blk_status read_sectors(const struct virtio_blk_image *image,
                                           const struct virtqueue_chain *chain, uint64_t sector,
                                           uint64_t size)
{
    struct transfer transfer = {image, sector * VIRTIO_BLK_SECTOR};

    return on_disk(image, sector, size) &&
                   virtqueue_walk(chain, true, 0, size, read_piece, &transfer)
               ? VIRTIO_BLK_OK
               : VIRTIO_BLK_IOERR;
}

// A driver that doesn't know of FLUSH takes what it wrote for safe.
static enum virtio_blk_status write_sectors(const struct virtio_blk_image *image,
                                            const struct virtqueue_chain *chain, uint64_t sector,
                                            bool flush)
{
    struct transfer transfer = {image, sector * VIRTIO_BLK_SECTOR};
    uint64_t size = chain->readable_size - sizeof(struct header);

    return !image->read_only && on_disk(image, sector, size) &&
                   virtqueue_walk(chain, false, sizeof(struct header), size, write_piece,
                                  &transfer) &&
                   (!flush || image->flush(image->context))
               ? VIRTIO_BLK_OK
               : VIRTIO_BLK_IOERR;
}

// `size` is what the driver has room for.
static enum virtio_blk_status tell_id(const struct virtio_blk_image *image,
                                      const struct virtqueue_chain *chain, uint64_t size)
{
    if (size < VIRTIO_BLK_ID_SIZE)
        return VIRTIO_BLK_IOERR;
    virtqueue_write(chain, 0, image->id, VIRTIO_BLK_ID_SIZE);
    return VIRTIO_BLK_OK;
}

static uint32_t serve(struct virtio *device, unsigned queue, const struct virtqueue_chain *chain)
{
    const struct virtio_blk *disk = device->owner;
    const struct virtio_blk_image *image = &disk->image;
    struct header header;
    uint64_t room = chain->writable_size - 1, written = 0;
    uint8_t status;

    (void)queue;
    // The used ring has 32 bits for what was written.
    if (chain->readable_size < sizeof(header) || !chain->writable_size || room >= UINT32_MAX) {
        virtio_fail(device);
        return 0;
    }
    virtqueue_read(chain, &header, sizeof(header));
    switch (header.type) {
    case VIRTIO_BLK_IN:
        status = read_sectors(image, chain, header.sector, room);
        written = room;
        break;
    case VIRTIO_BLK_OUT:
        status =
            write_sectors(image, chain, header.sector, !(device->accepted & VIRTIO_BLK_F_FLUSH));
        break;
    case VIRTIO_BLK_FLUSH:
        status = image->flush(image->context) ? VIRTIO_BLK_OK : VIRTIO_BLK_IOERR;
        break;
    case VIRTIO_BLK_GET_ID:
        status = tell_id(image, chain, room);
        written = VIRTIO_BLK_ID_SIZE;
        break;
    default: status = VIRTIO_BLK_UNSUPPORTED;
    }
    virtqueue_write(chain, room, &status, 1);
    // Only what is written from the start on without a gap counts.
    if (status != VIRTIO_BLK_OK)
        written = 0;
    return written == room ? written + 1 : written;
}

static const struct virtio_kind blk_kind = {
    .id = 2, .class = 0x018000, .queues = 1, .serve = serve};

void virtio_blk_create(struct virtio_blk *disk, const struct guest_ram *ram,
                       const struct virtio_blk_image *image)
{
    *disk = (struct virtio_blk){
        .image = *image,
        // Two buffers of a chain are the request's ends.
        .config = {.sectors = image->sectors, .seg_max = VIRTQUEUE_SIZE_MAX - 2},
        .device = {.kind = &blk_kind,
                   .ram = ram,
                   .offered = VIRTIO_F_INDIRECT | VIRTIO_F_EVENT_IDX | VIRTIO_F_VERSION_1 |
                              VIRTIO_BLK_F_SEG_MAX | VIRTIO_BLK_F_FLUSH |
                              (image->read_only ? VIRTIO_BLK_F_RO : 0),
                   .config_size = sizeof(disk->config)},
    };
    disk->device.config = &disk->config;
    disk->device.owner = disk;
    virtio_reset(&disk->device);
}
