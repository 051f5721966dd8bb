// The disk of block.h.

#include "block.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/status.h"

// One chain is one request. Does it, and stores in `written` how many bytes went into the chain's
// buffers. Returns false if it can't be a request: no room for the header, or none for the status.
static bool chain_serve(struct block *block, const struct queue_chain *chain, uint32_t *written)
{
    (void)block, (void)chain, (void)written;
    fprintf(stderr, "04-03: not done yet: chain_serve()\n");
    exit(VM_BAD_USAGE);
}

// The driver has put requests into the queue. There may be several, or none.
static void block_notify(void *device, unsigned queue_number)
{
    struct block *block = device;
    struct virtio_queue *queue = &block->virtio.queues[queue_number];
    struct queue_chain chain;
    enum queue_result result;
    uint32_t written;

    while ((result = queue_take(queue, block->virtio.memory, &chain)) == QUEUE_CHAIN) {
        if (!chain_serve(block, &chain, &written)) {
            virtio_broken(&block->virtio);
            return;
        }
        queue_give(queue, block->virtio.memory, &chain, written);
        virtio_used(&block->virtio);
    }
    if (result == QUEUE_BROKEN)
        virtio_broken(&block->virtio);
}

void block_open(struct block *block, int fd, uint64_t size, const struct memory *memory)
{
    *block = (struct block){.fd = fd, .config = {.capacity = size / SECTOR_SIZE}};
    block->virtio.id = VIRTIO_ID_BLOCK;
    block->virtio.features = BLOCK_F_FLUSH;
    block->virtio.config = &block->config;
    block->virtio.config_size = sizeof(block->config);
    block->virtio.notify = block_notify;
    block->virtio.device = block;
    block->virtio.memory = memory;
}
