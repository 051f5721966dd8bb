// The disk of disk.h. What the guest has flushed is on the host's disk: whoever ends this program,
// and however, takes nothing of it away. What it wrote and didn't flush is in the host's memory,
// and survives the program, but not the power.

#include "disk.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

// A file that was made shorter meanwhile ends early: an I/O error in the guest, as any other.
static bool disk_read(void *context, uint64_t offset, void *data, uint64_t size)
{
    const struct disk_image *image = context;

    while (size) {
        ssize_t done = pread(image->fd, data, size, (off_t)offset);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        data = (uint8_t *)data + done;
        offset += (uint64_t)done;
        size -= (uint64_t)done;
    }
    return true;
}

static bool disk_write(void *context, uint64_t offset, const void *data, uint64_t size)
{
    const struct disk_image *image = context;

    while (size) {
        ssize_t done = pwrite(image->fd, data, size, (off_t)offset);

        if (done < 0 && errno == EINTR)
            continue;
        if (done <= 0)
            return false;
        data = (const uint8_t *)data + done;
        offset += (uint64_t)done;
        size -= (uint64_t)done;
    }
    return true;
}

static bool disk_flush(void *context)
{
    const struct disk_image *image = context;

    return image->read_only || fdatasync(image->fd) == 0;
}

struct virtio_blk_image disk_contents(const struct disk_image *image)
{
    return (struct virtio_blk_image){.sectors = image->sectors,
                                     .read_only = image->read_only,
                                     .id = "hypervisors",
                                     .read = disk_read,
                                     .write = disk_write,
                                     .flush = disk_flush,
                                     .context = (void *)image};
}
