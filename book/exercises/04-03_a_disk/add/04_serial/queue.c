// The virtqueue of queue.h. Everything in it was written by the guest: nothing is believed.

#include "queue.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/status.h"

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

// Two things to keep in mind. The driver fills an entry first and counts it then; another CPU might
// see that in another order. So the driver's index is read with __atomic_load_n(.., ACQUIRE), and
// ours is written with __atomic_store_n(.., RELEASE). And whatever the guest wrote may be a trap.
enum queue_result queue_take(struct virtio_queue *queue, const struct memory *memory,
                             struct queue_chain *chain)
{
    struct tables tables;

    if (!tables_find(queue, memory, &tables))
        return QUEUE_BROKEN;
    (void)chain;
    fprintf(stderr, "04-03: not done yet: queue_take()\n");
    exit(VM_BAD_USAGE);
}

void queue_give(const struct virtio_queue *queue, const struct memory *memory,
                const struct queue_chain *chain, uint32_t written)
{
    (void)queue, (void)memory, (void)chain, (void)written;
    fprintf(stderr, "04-03: not done yet: queue_give()\n");
    exit(VM_BAD_USAGE);
}
