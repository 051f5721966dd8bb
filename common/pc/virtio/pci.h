// A virtio device as a PCI function: the registers of device.h at other places, and a message for
// each reason to interrupt in place of a line for all.
//
//      BAR 0, ports     common configuration, ISR, the kind's configuration, doorbell
//      BAR 1, memory    MSI-X table and pending bits
//
// Firmware that can't reach a BAR finds the ports once more in the configuration space, through a
// window: a register that is 1, 2 or 4 of them, whichever a capability beside it names.
//
// The specification leaves open where what is, and capabilities say it. Ports cost less than memory
// at which nothing is: at an exit the CPU says which port and how wide, and no instruction has to
// be decoded.
//
// Source: VIRTIO 1.2, "Virtio Over PCI Bus".

#ifndef COMMON_PC_VIRTIO_PCI_H
#define COMMON_PC_VIRTIO_PCI_H

#include "common/pc/pci/msix.h"
#include "common/pc/virtio/device.h"

#define VIRTIO_PCI_PORTS 0x100u  // of each device

// Offsets of the ports.
#define VIRTIO_PCI_COMMON 0x00u
#define VIRTIO_PCI_ISR    0x40u
#define VIRTIO_PCI_CONFIG 0x80u
#define VIRTIO_PCI_NOTIFY 0xC0u  // 2 bytes: the queue's number

struct virtio_pci {
    struct virtio *device;
    struct pci_function function;
    struct msix msix;
    uint16_t vectors[VIRTIO_QUEUES + 1];  // of each queue, and of the configuration
    bool changed;  // the configuration, and a message was to say so: for the ISR
    bool rung;     // the doorbell, and nobody has served the queues since
};

// The function of `device`, number `n` of the machine: it has the n-th ports of PCI_PORT and the
// n-th MSIX_SIZE bytes of PCI_MEMORY. Both must stay where they are.
void virtio_pci_create(struct virtio_pci *pci, struct virtio *device, unsigned n);

// The guest reads or writes `size` bytes, 1 to 4, `offset` bytes behind the first port. Where
// nothing is, or the size isn't the register's, 0 is read and a write is lost.
// The doorbell only sets `rung`, for a queue may take long, and it is the owner who knows where
// there is time: there it clears it, and calls virtio_notify() for the queues.
uint32_t virtio_pci_in(struct virtio_pci *pci, uint32_t offset, unsigned size);
void virtio_pci_out(struct virtio_pci *pci, uint32_t offset, unsigned size, uint32_t value);

// Takes a message that is to be sent. Returns false if there is none. For owners: after every call
// of whatever function, for the device or for its function on the bus, send what there is.
bool virtio_pci_take(struct virtio_pci *pci, struct msix_message *message);

#endif
