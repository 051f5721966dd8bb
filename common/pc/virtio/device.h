// A virtio device as its driver sees it, whatever its kind: registers, laid out in a page as
// version 2 of the MMIO transport wants them. Over PCI the same ones are at other places, see
// pci.h. It knows no KVM, no thread and no file.
//
// The rule for owners of an interrupt line is the UART's: after every call, give it the level that
// virtio_interrupt() returns. The line may be triggered by edges, for a driver acknowledges first
// and then looks what there is.
//
// Source: VIRTIO 1.2, "Virtio Over MMIO", "Basic Facilities of a Virtio Device".

#ifndef COMMON_PC_VIRTIO_DEVICE_H
#define COMMON_PC_VIRTIO_DEVICE_H

#include "common/pc/virtio/queue.h"

#define VIRTIO_QUEUES 2

// Where a PC of ours without a PCI bus has a virtio device: a page in the gap below 4 GiB, and an
// ISA interrupt. The ACPI tables say so.
#define VIRTIO_GPA 0xD0000000u
#define VIRTIO_IRQ 10

// Offsets in the page. All of these are accessed as aligned 32 bits.
#define VIRTIO_MAGIC               0x000
#define VIRTIO_VERSION             0x004
#define VIRTIO_DEVICE_ID           0x008
#define VIRTIO_VENDOR_ID           0x00C
#define VIRTIO_DEVICE_FEATURES     0x010
#define VIRTIO_DEVICE_FEATURES_SEL 0x014
#define VIRTIO_DRIVER_FEATURES     0x020
#define VIRTIO_DRIVER_FEATURES_SEL 0x024
#define VIRTIO_QUEUE_SEL           0x030
#define VIRTIO_QUEUE_SIZE_MAX      0x034
#define VIRTIO_QUEUE_SIZE          0x038
#define VIRTIO_QUEUE_READY         0x044
#define VIRTIO_QUEUE_NOTIFY        0x050
#define VIRTIO_INTERRUPT_STATUS    0x060
#define VIRTIO_INTERRUPT_ACK       0x064
#define VIRTIO_STATUS              0x070
#define VIRTIO_QUEUE_DESCRIPTORS   0x080  // 64 bits in two registers, as the next two
#define VIRTIO_QUEUE_AVAILABLE     0x090
#define VIRTIO_QUEUE_USED          0x0A0
#define VIRTIO_SHARED_MEMORY       0x0B0  // length and address of a region: there is none
#define VIRTIO_SHARED_MEMORY_END   0x0C0
#define VIRTIO_GENERATION          0x0FC
#define VIRTIO_CONFIG              0x100  // the kind's own, in any size
#define VIRTIO_PAGE                0x1000

// Status: how far the driver is, and bit 6, with which the device gives up.
#define VIRTIO_FEATURES_OK (1u << 3)
#define VIRTIO_DRIVER_OK   (1u << 2)
#define VIRTIO_NEEDS_RESET (1u << 6)

#define VIRTIO_INTERRUPT_USED   (1u << 0)
#define VIRTIO_INTERRUPT_CONFIG (1u << 1)

// Reasons to interrupt, of which INTERRUPT_STATUS is the short form: bit n for queue n, and
#define VIRTIO_RAISED_CONFIG (1u << VIRTIO_QUEUES)

// The features of every device here.
#define VIRTIO_F_INDIRECT  (1ull << 28)
#define VIRTIO_F_EVENT_IDX (1ull << 29)
#define VIRTIO_F_VERSION_1 (1ull << 32)  // without it the driver would speak the legacy interface

struct virtio;

// What makes a device a disk.
struct virtio_kind {
    uint32_t id;      // VIRTIO 1.2, "Device Types"
    uint32_t class;   // on a PCI bus: class, subclass and interface, a byte each
    unsigned queues;  // up to VIRTIO_QUEUES
    // Is there anything to be done with the next request of a queue? While there isn't, requests
    // stay where they are, until virtio_notify() is called again. NULL: there always is.
    bool (*ready)(struct virtio *device, unsigned queue);
    // Carries out one request and returns how many bytes it wrote into the chain. Calls
    // virtio_fail() if it isn't one that the kind understands.
    uint32_t (*serve)(struct virtio *device, unsigned queue, const struct virtqueue_chain *chain);
};

struct virtio {
    const struct virtio_kind *kind;
    const struct guest_ram *ram;
    uint64_t offered;    // features, and below those that the driver took
    const void *config;  // what stands at VIRTIO_CONFIG
    unsigned config_size;
    void *owner;  // the kind's object

    uint64_t accepted;
    uint32_t offered_sel, accepted_sel, queue_sel;
    uint32_t status;
    bool held;            // it may not reach for RAM now, and serves nothing
    uint32_t raised;      // reasons to interrupt
    uint32_t generation;  // of the configuration
    struct virtqueue queues[VIRTIO_QUEUES];
};

// The state after power-on. Kind, RAM, features and configuration stay.
void virtio_reset(struct virtio *device);

// The guest reads or writes `size` bytes, 1 to 8, `offset` bytes into the page. Where nothing is,
// or the size is wrong, 0 is read and a write is lost. A write to VIRTIO_QUEUE_NOTIFY calls
// virtio_notify().
uint64_t virtio_read(const struct virtio *device, uint64_t offset, unsigned size);
void virtio_write(struct virtio *device, uint64_t offset, unsigned size, uint64_t value);

// Serves what the driver put into a queue, and what it adds meanwhile. For owners who get the
// notification by another way.
void virtio_notify(struct virtio *device, uint32_t queue);

// Are its queues served: is the driver ready, did it keep to the rules, may RAM be reached?
bool virtio_runs(const struct virtio *device);

// The level of the interrupt line: a function of the state, nothing else.
bool virtio_interrupt(const struct virtio *device);

// The owner has changed the configuration: tells the driver. (Give the line its level, then.)
void virtio_config_changed(struct virtio *device);

// The driver broke the rules: DEVICE_NEEDS_RESET, and no queue is served until it does.
void virtio_fail(struct virtio *device);

#endif
