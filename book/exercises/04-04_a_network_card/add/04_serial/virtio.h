// A virtio device as the driver sees it: a page of registers, and queues in the guest's memory.
//
//      driver (in the guest)                                        device (here)
//      writes a register          <->  registers_write, registers_read  -> device->notify
//      puts buffers into a queue   ->  queue_take                    (queue.h)
//      finds them used, interrupt  <-  queue_give, registers_interrupt
//
// This file knows the transport, "virtio over MMIO"; what the buffers mean, a disk or a network,
// is the business of whoever fills in the first fields of struct virtio.
//
// Source: Virtual I/O Device (VIRTIO) 1.x, "Virtio Over MMIO", "Device Initialization".

#ifndef VIRTIO_H
#define VIRTIO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "queue.h"

// Where our device is: behind the page of a disk. ACPI tells the guest so: see dsdt_aml in
// common/pc/acpi/acpi.c.
#define VIRTIO_GPA  0xD0001000u
#define VIRTIO_SIZE 0x200u
#define VIRTIO_IRQ  5

#define VIRTIO_ID_NET   1
#define VIRTIO_ID_BLOCK 2

#define VIRTIO_QUEUES 2

// "MMIO Device Register Layout". Each is 32 bits wide.
enum virtio_register {
    VIRTIO_MAGIC = 0x000,  // R: "virt"
    VIRTIO_VERSION = 0x004,
    VIRTIO_DEVICE_ID = 0x008,
    VIRTIO_VENDOR_ID = 0x00C,
    VIRTIO_DEVICE_FEATURES = 0x010,      // R: 32 of the 64 bits; which half, the next one says
    VIRTIO_DEVICE_FEATURES_SEL = 0x014,  // W
    VIRTIO_DRIVER_FEATURES = 0x020,      // W: what the driver wants of them
    VIRTIO_DRIVER_FEATURES_SEL = 0x024,  // W
    VIRTIO_QUEUE_SEL = 0x030,            // W: which queue the following are about
    VIRTIO_QUEUE_SIZE_MAX = 0x034,       // R: 0: there is no such queue
    VIRTIO_QUEUE_SIZE = 0x038,           // W
    VIRTIO_QUEUE_READY = 0x044,
    VIRTIO_QUEUE_NOTIFY = 0x050,      // W: the number of a queue with new buffers
    VIRTIO_INTERRUPT_STATUS = 0x060,  // R
    VIRTIO_INTERRUPT_ACK = 0x064,     // W
    VIRTIO_STATUS = 0x070,
    VIRTIO_QUEUE_DESCRIPTORS = 0x080,  // W: guest-physical address, low half; at +4 the high half
    VIRTIO_QUEUE_AVAILABLE = 0x090,    // W: the same, of the ring that the driver writes
    VIRTIO_QUEUE_USED = 0x0A0,         // W: the same, of the ring that the device writes
    VIRTIO_CONFIG_GENERATION = 0x0FC,  // R
    VIRTIO_CONFIG = 0x100,             // from here on: what only this kind of device has
};

#define VIRTIO_STATUS_NEEDS_RESET (1u << 6)  // the device gives up; "Device Status Field"
#define VIRTIO_INTERRUPT_QUEUE    (1u << 0)  // INTERRUPT_STATUS: a buffer was used

#define VIRTIO_F_VERSION_1 (1ull << 32)  // this is no "legacy" device; every device says so

struct virtio {
    // Filled in by the device.
    uint32_t id;                                   // VIRTIO_ID_*
    uint64_t features;                             // beside VIRTIO_F_VERSION_1
    const void *config;                            // what is at VIRTIO_CONFIG
    size_t config_size;                            // bytes
    void (*notify)(void *device, unsigned queue);  // the driver put something into a queue
    void *device;
    const struct memory *memory;  // the guest's

    // The rest is virtio.c's.
    struct virtio_queue queues[VIRTIO_QUEUES];
    uint32_t device_features_sel, driver_features_sel, queue_sel;
    uint64_t driver_features;
    uint32_t status, interrupt_status;
};

// The guest reads or writes `size` bytes, 1 to 8, at `offset` from VIRTIO_GPA.
void registers_read(const struct virtio *virtio, uint64_t offset, void *data, unsigned size);
void registers_write(struct virtio *virtio, uint64_t offset, const void *data, unsigned size);

// The device has used buffers: raises the interrupt, until the driver acknowledges it.
void virtio_used(struct virtio *virtio);

// The driver asked for something impossible. The device stops, and says so in its status.
void virtio_broken(struct virtio *virtio);

// The level of the interrupt line, to be looked at after each of the calls above.
bool registers_interrupt(const struct virtio *virtio);

#endif
