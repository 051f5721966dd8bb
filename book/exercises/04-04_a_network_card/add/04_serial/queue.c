// The virtqueue of queue.h. Everything in it was written by the guest: nothing is believed.

#include "queue.h"

// The three tables in our memory; false if they aren't wholly in the guest's RAM.
struct tables {
    const struct queue_descriptor *descriptors;
    const struct queue_available *available;
    struct queue_used *used;
};

static bool tables_find(const struct virtio_queue *queue, const struct memory *memory,
                        struct tables *tables)
{
    uint64_t n = queue->size;

    tables->descriptors =
        (void *)memory_at(memory, queue->descriptors, n * sizeof(tables->descriptors[0]));
    tables->available =
        (void *)memory_at(memory, queue->available,
                          sizeof(*tables->available) + n * sizeof(tables->available->ring[0]));
    tables->used = (void *)memory_at(memory, queue->used,
                                     sizeof(*tables->used) + n * sizeof(tables->used->ring[0]));
    return n > 0 && tables->descriptors && tables->available && tables->used;
}

// Follows a chain from descriptor `at`. A chain that is longer than the table is a loop.
static bool chain_follow(const struct queue_descriptor *descriptors, unsigned size, uint16_t at,
                         const struct memory *memory, struct queue_chain *chain)
{
    chain->head = at;
    for (chain->count = 0; chain->count < size; at = descriptors[at].next) {
        const struct queue_descriptor *descriptor = &descriptors[at];

        if (at >= size)
            return false;
        chain->buffers[chain->count].size = descriptor->size;
        chain->buffers[chain->count].writable = descriptor->flags & DESCRIPTOR_WRITE;
        chain->buffers[chain->count].data =
            memory_at(memory, descriptor->address, descriptor->size);
        if (!chain->buffers[chain->count++].data)
            return false;
        if (!(descriptor->flags & DESCRIPTOR_NEXT))
            return true;
    }
    return false;
}

// The driver fills an entry first and counts it then; another CPU might see that in another order,
// were it not for the acquire here, and for the release in queue_give().
enum queue_result queue_take(struct virtio_queue *queue, const struct memory *memory,
                             struct queue_chain *chain)
{
    struct tables tables;
    uint16_t head;

    if (!tables_find(queue, memory, &tables))
        return QUEUE_BROKEN;
    if (queue->taken == __atomic_load_n(&tables.available->index, __ATOMIC_ACQUIRE))
        return QUEUE_EMPTY;
    head = tables.available->ring[queue->taken++ % queue->size];
    if (!chain_follow(tables.descriptors, queue->size, head, memory, chain))
        return QUEUE_BROKEN;
    return QUEUE_CHAIN;
}

void queue_give(const struct virtio_queue *queue, const struct memory *memory,
                const struct queue_chain *chain, uint32_t written)
{
    struct tables tables;
    uint16_t index;

    if (!tables_find(queue, memory, &tables))
        return;
    index = tables.used->index;
    tables.used->ring[index % queue->size].head = chain->head;
    tables.used->ring[index % queue->size].written = written;
    __atomic_store_n(&tables.used->index, index + 1, __ATOMIC_RELEASE);
}
