// Split virtqueues: see queue.h.

#include "common/pc/virtio/queue.h"

#include <stddef.h>
#include <string.h>

// VIRTIO 1.2, "The Virtqueue Descriptor Table".
struct descriptor {
    uint64_t gpa;
    uint32_t size;
    uint16_t flags;
    uint16_t next;
};
_Static_assert(sizeof(struct descriptor) == 16, "VIRTIO 1.2, The Virtqueue Descriptor Table");

#define DESCRIPTOR_NEXT     (1u << 0)  // `next` is the number of another one
#define DESCRIPTOR_WRITE    (1u << 1)  // the device writes the buffer
#define DESCRIPTOR_INDIRECT (1u << 2)  // the buffer is a table of descriptors

// Both rings begin with 16 bits of flags and the 16-bit index of the entry that comes next. Behind
// the last entry stands the index from which on the other side is to be told.
#define RING_INDEX        2
#define RING_ENTRIES      4
#define AVAILABLE_ENTRY   2
#define AVAILABLE_SILENCE 1u  // flag: no interrupts, please
#define USED_ENTRY        8

// The rings are aligned, so that no field of them crosses a piece of RAM. All CPUs see these
// accesses in one order: none overtakes an earlier one, as a read of x86 may a write to another
// place.
static void *at(const struct virtqueue *queue, uint64_t gpa, uint64_t size)
{
    return queue->ram->at(queue->ram->context, gpa, size);
}

static uint16_t load16(const struct virtqueue *queue, uint64_t gpa)
{
    return __atomic_load_n((uint16_t *)at(queue, gpa, 2), __ATOMIC_SEQ_CST);
}

static void store16(const struct virtqueue *queue, uint64_t gpa, uint16_t value)
{
    __atomic_store_n((uint16_t *)at(queue, gpa, 2), value, __ATOMIC_SEQ_CST);
}

bool virtqueue_start(struct virtqueue *queue, const struct guest_ram *ram)
{
    uint32_t size = queue->size;

    queue->ram = ram;
    queue->taken = queue->returned = queue->signalled = 0;
    queue->ready =
        size && size <= VIRTQUEUE_SIZE_MAX && !(size & (size - 1)) &&
        queue->descriptors % 16 == 0 && queue->available % 2 == 0 && queue->used % 4 == 0 &&
        guest_ram_has(ram, queue->descriptors, size * sizeof(struct descriptor)) &&
        guest_ram_has(ram, queue->available, RING_ENTRIES + size * AVAILABLE_ENTRY + 2) &&
        guest_ram_has(ram, queue->used, RING_ENTRIES + size * USED_ENTRY + 2);
    queue->broken = !queue->ready;
    return queue->ready;
}

static bool add_buffer(struct virtqueue_chain *chain, const struct descriptor *descriptor)
{
    bool writable = descriptor->flags & DESCRIPTOR_WRITE;

    if (!guest_ram_has(chain->ram, descriptor->gpa, descriptor->size))
        return false;
    if (!writable && chain->count > chain->readable)
        return false;  // readable ones come first
    chain->buffers[chain->count++] = (struct virtqueue_buffer){descriptor->gpa, descriptor->size};
    chain->readable += !writable;
    *(writable ? &chain->writable_size : &chain->readable_size) += descriptor->size;
    return true;
}

// Follows the descriptors of a table of `entries` from `index` on. More than the queue has entries
// are a loop, or too long a chain. An indirect table ends its chain, and has none inside it.
static bool follow(const struct virtqueue *queue, struct virtqueue_chain *chain, uint64_t table,
                   uint32_t entries, uint32_t index, bool indirect)
{
    struct descriptor d;

    do {
        if (index >= entries || chain->count == queue->size)
            return false;
        guest_ram_read(queue->ram, table + index * sizeof(d), &d, sizeof(d));
        if (d.flags & DESCRIPTOR_INDIRECT)
            return !indirect && !(d.flags & DESCRIPTOR_NEXT) && d.size % sizeof(d) == 0 &&
                   guest_ram_has(queue->ram, d.gpa, d.size) &&
                   follow(queue, chain, d.gpa, d.size / sizeof(d), 0, true);
        if (!add_buffer(chain, &d))
            return false;
        index = d.next;
    } while (d.flags & DESCRIPTOR_NEXT);
    return true;
}

// How many requests wait. With EVENT_IDX the driver is asked to tell of the next one, and what it
// added before it could see that is counted.
static uint16_t waiting(const struct virtqueue *queue)
{
    uint16_t count = load16(queue, queue->available + RING_INDEX) - queue->taken;

    if (count || !queue->event_idx)
        return count;
    store16(queue, queue->used + RING_ENTRIES + queue->size * USED_ENTRY, queue->taken);
    return load16(queue, queue->available + RING_INDEX) - queue->taken;
}

bool virtqueue_take(struct virtqueue *queue, struct virtqueue_chain *chain)
{
    uint16_t count;

    if (!queue->ready || queue->broken)
        return false;
    count = waiting(queue);
    if (!count)
        return false;
    chain->ram = queue->ram;
    chain->count = chain->readable = 0;
    chain->readable_size = chain->writable_size = 0;
    chain->head = load16(queue, queue->available + RING_ENTRIES +
                                    queue->taken % queue->size * AVAILABLE_ENTRY);
    queue->broken = count > queue->size ||
                    !follow(queue, chain, queue->descriptors, queue->size, chain->head, false);
    queue->taken += !queue->broken;
    return !queue->broken;
}

void virtqueue_return(struct virtqueue *queue, const struct virtqueue_chain *chain,
                      uint32_t written)
{
    uint32_t entry[2] = {chain->head, written};

    guest_ram_write(queue->ram,
                    queue->used + RING_ENTRIES + queue->returned % queue->size * USED_ENTRY, entry,
                    sizeof(entry));
    store16(queue, queue->used + RING_INDEX, ++queue->returned);
}

bool virtqueue_interrupt(struct virtqueue *queue)
{
    uint16_t added = queue->returned - queue->signalled, event;

    if (!added)
        return false;
    queue->signalled = queue->returned;
    // The driver sets what it wants and then looks for more; we return and then look at its wish.
    if (!queue->event_idx)
        return !(load16(queue, queue->available) & AVAILABLE_SILENCE);
    event = load16(queue, queue->available + RING_ENTRIES + queue->size * AVAILABLE_ENTRY);
    return (uint16_t)(queue->returned - event - 1) < added;
}

bool virtqueue_walk(const struct virtqueue_chain *chain, bool writable, uint64_t offset,
                    uint64_t size, virtqueue_visit *each, void *context)
{
    unsigned end = writable ? chain->count : chain->readable;

    for (unsigned i = writable ? chain->readable : 0; i < end && size; i++) {
        uint64_t gpa = chain->buffers[i].gpa + offset, left = chain->buffers[i].size;

        if (offset >= left) {
            offset -= left;
            continue;
        }
        left -= offset;
        offset = 0;
        while (left && size) {
            uint64_t piece = GUEST_RAM_PIECE - gpa % GUEST_RAM_PIECE;

            piece = piece < left ? piece : left;
            piece = piece < size ? piece : size;
            if (!each(context, chain->ram->at(chain->ram->context, gpa, piece), piece))
                return false;
            gpa += piece, left -= piece, size -= piece;
        }
    }
    return true;
}

static bool copy_out(void *context, void *piece, uint64_t size)
{
    uint8_t **to = context;

    memcpy(*to, piece, size);
    *to += size;
    return true;
}

static bool copy_in(void *context, void *piece, uint64_t size)
{
    const uint8_t **from = context;

    memcpy(piece, *from, size);
    *from += size;
    return true;
}

void virtqueue_read(const struct virtqueue_chain *chain, void *data, uint64_t size)
{
    uint8_t *to = data;

    virtqueue_walk(chain, false, 0, size, copy_out, &to);
}

void virtqueue_write(const struct virtqueue_chain *chain, uint64_t offset, const void *data,
                     uint64_t size)
{
    const uint8_t *from = data;

    virtqueue_walk(chain, true, offset, size, copy_in, &from);
}
