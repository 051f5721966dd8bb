// A disk: a virtio device of the kind "block" over a file of the host.
//
// Source: VIRTIO 1.x, "Block Device".

#ifndef BLOCK_H
#define BLOCK_H

#include <stdint.h>

#include "common/kvm/memory.h"
#include "virtio.h"

#define SECTOR_SIZE 512u

// "Device Operation": what a request's first buffer begins with. Behind it, in further buffers,
// come the sectors, and in the very last byte of the last buffer the device leaves the status.
struct block_request {
    uint32_t type;
    uint32_t reserved;
    uint64_t sector;  // the first; of 512 bytes, always
};

_Static_assert(sizeof(struct block_request) == 16, "block request");

enum block_type {
    BLOCK_IN = 0,     // disk to memory
    BLOCK_OUT = 1,    // memory to disk
    BLOCK_FLUSH = 4,  // what was written shall survive a power failure
    BLOCK_GET_ID = 8,
};

enum block_status {
    BLOCK_OK = 0,
    BLOCK_IOERR = 1,   // beyond the end of the disk, or the host's file fails
    BLOCK_UNSUPP = 2,  // no such type
};

#define BLOCK_F_FLUSH (1ull << 9)

// "Device configuration layout": all that our features leave of it.
struct block_config {
    uint64_t capacity;  // sectors
};

struct block {
    int fd;  // the disk's file
    struct block_config config;
    struct virtio virtio;
};

// Makes `fd`, a file of `size` bytes, the disk. What doesn't fill a sector at its end isn't seen.
void block_open(struct block *block, int fd, uint64_t size, const struct memory *memory);

#endif
