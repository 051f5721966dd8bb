// A virtqueue: three tables in the guest's memory, by which a driver lends buffers to a device.
//
//     descriptors               available ring           used ring
//     (driver writes)           (driver writes)          (device writes)
//     0  address size flags next  flags                    flags
//     1  ...   --+                index  (counts up)       index  (counts up)
//     2  ...  <--+ a chain        ring[]: first of chain   ring[]: first of chain, bytes written
//
// Each buffer is a chain of descriptors. The driver puts the number of the chain's first one into
// the available ring, and then increments the ring's index. The device does what the buffer asks
// for, puts the same number into the used ring, and then increments that one's index. Both indices
// count up for ever, modulo 2^16; the place in a ring is the index modulo the queue's size.
//
// Source: VIRTIO 1.x, "Split Virtqueues".

#ifndef QUEUE_H
#define QUEUE_H

#include <stdbool.h>
#include <stdint.h>

#include "common/kvm/memory.h"

#define QUEUE_SIZE_MAX 256  // a power of two

// "The Virtqueue Descriptor Table"
struct queue_descriptor {
    uint64_t address;  // guest-physical
    uint32_t size;     // bytes
    uint16_t flags;
    uint16_t next;  // if flags say so
};

#define DESCRIPTOR_NEXT  (1u << 0)  // the chain goes on at `next`
#define DESCRIPTOR_WRITE (1u << 1)  // the device writes this one; without, it reads it

// "The Virtqueue Available Ring"
struct queue_available {
    uint16_t flags;
    uint16_t index;
    uint16_t ring[];
};

// "The Virtqueue Used Ring"
struct queue_used {
    uint16_t flags;
    uint16_t index;
    struct {
        uint32_t head;
        uint32_t written;  // bytes
    } ring[];
};

_Static_assert(sizeof(struct queue_descriptor) == 16, "descriptor");

struct virtio_queue {
    bool ready;
    uint16_t size;                          // entries in each table; what the driver chose
    uint64_t descriptors, available, used;  // guest-physical
    uint16_t taken;                         // how many entries of the available ring we took
};

// A chain, as the device wants it: host addresses, all checked.
struct queue_chain {
    uint16_t head;   // the number that goes into the used ring
    unsigned count;  // of buffers; at least 1
    struct {
        uint8_t *data;
        uint32_t size;  // bytes
        bool writable;  // by the device
    } buffers[QUEUE_SIZE_MAX];
};

enum queue_result {
    QUEUE_EMPTY,   // nothing to do
    QUEUE_CHAIN,   // a chain was taken
    QUEUE_BROKEN,  // the tables are nonsense: outside of memory, a loop, an index too large
};

// Takes the next chain that the driver made available.
enum queue_result queue_take(struct virtio_queue *queue, const struct memory *memory,
                             struct queue_chain *chain);

// Gives it back: `written` bytes of its writable buffers were written, counted from the first.
void queue_give(const struct virtio_queue *queue, const struct memory *memory,
                const struct queue_chain *chain, uint32_t written);

#endif
