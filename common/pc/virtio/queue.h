// A split virtqueue, from the device's side: three tables in guest RAM through which a driver hands
// over buffers and gets them back.
//
//      the driver writes                              the device writes
//      available ring      descriptor table           used ring
//      idx, head, head --> address, length, flags     idx, (head, length), ...
//                          next ------^
//
// What the driver wrote is believed only after it was checked, and is read once: another CPU of the
// guest may change it at any moment. A queue that breaks the rules is broken until it is reset.
//
// Source: VIRTIO 1.2, "Split Virtqueues".

#ifndef COMMON_PC_VIRTIO_QUEUE_H
#define COMMON_PC_VIRTIO_QUEUE_H

#include "common/pc/guest_ram.h"

// The most entries of a ring, and so the most buffers of a chain.
#define VIRTQUEUE_SIZE_MAX 128

struct virtqueue {
    // What the driver says: see virtqueue_start(). Guest-physical addresses.
    uint64_t descriptors, available, used;
    uint32_t size;
    bool event_idx;  // each side tells the index from which on it wants to hear of the other

    const struct guest_ram *ram;
    bool ready, broken;
    uint16_t taken;      // the next entry of the available ring
    uint16_t returned;   // the next entry of the used ring
    uint16_t signalled;  // `returned` when an interrupt was last thought about
};

struct virtqueue_buffer {
    uint64_t gpa;
    uint32_t size;
};

// One request: first the buffers that the device reads, then those that it writes. All are in RAM.
struct virtqueue_chain {
    const struct guest_ram *ram;
    struct virtqueue_buffer buffers[VIRTQUEUE_SIZE_MAX];
    unsigned readable, count;               // how many buffers the device reads; how many there are
    uint64_t readable_size, writable_size;  // bytes
    uint16_t head;
};

// Starts the queue that size and addresses describe. Returns false, and the queue is broken, if the
// size is no power of two up to VIRTQUEUE_SIZE_MAX, or a table isn't aligned or not all in RAM.
bool virtqueue_start(struct virtqueue *queue, const struct guest_ram *ram);

// Takes the next request. Returns false if there is none, or the queue is broken. Before it says
// that there is none, the driver was asked to notify the device of the next one.
bool virtqueue_take(struct virtqueue *queue, struct virtqueue_chain *chain);

// Gives a request back, with `written` bytes in its writable buffers.
void virtqueue_return(struct virtqueue *queue, const struct virtqueue_chain *chain,
                      uint32_t written);

// Does the driver want an interrupt for what was returned since the last call?
bool virtqueue_interrupt(struct virtqueue *queue);

// Copies the first `size` bytes of the readable buffers to `data`. There must be so many.
void virtqueue_read(const struct virtqueue_chain *chain, void *data, uint64_t size);

// Copies `size` bytes to the writable buffers, `offset` bytes behind their start. They must fit.
void virtqueue_write(const struct virtqueue_chain *chain, uint64_t offset, const void *data,
                     uint64_t size);

// Calls `each` with the host's pointer to every piece of `size` bytes of the buffers, `offset`
// bytes behind the start of the readable or of the writable ones. Stops when it returns false, and
// returns that.
typedef bool virtqueue_visit(void *context, void *piece, uint64_t size);
bool virtqueue_walk(const struct virtqueue_chain *chain, bool writable, uint64_t offset,
                    uint64_t size, virtqueue_visit *each, void *context);

#endif
