// Virtio over PCI: see pci.h.

#include "common/pc/virtio/pci.h"

#include <stddef.h>

#define VENDOR       0x1AF4
#define DEVICE_FIRST 0x1040  // and the device's id

#define NO_VECTOR 0xFFFF

// "Virtio Structure PCI Capabilities": which of the structures, and where. The specification
// wants a fifth, a window to the BARs in the configuration space, for firmware that can't reach
// them. Linux doesn't look for it, and we have none.
enum { COMMON = 1, NOTIFY = 2, ISR = 3, CONFIG = 4 };

struct capability {
    uint8_t length, type, bar, id, padding[2];
    uint32_t offset, size;
    uint32_t multiplier;  // of NOTIFY: from one queue's doorbell to the next one's
} __attribute__((packed));

// The "Common configuration structure layout", as a table: which register of device.h is where, and
// how wide. Four are left: two are vectors, one counts the queues, and one would tell their
// doorbells apart, but they have one in common.
static const struct {
    uint8_t offset, size;
    uint16_t is;
} common[] = {
    {0x00, 4, VIRTIO_DEVICE_FEATURES_SEL},
    {0x04, 4, VIRTIO_DEVICE_FEATURES},
    {0x08, 4, VIRTIO_DRIVER_FEATURES_SEL},
    {0x0C, 4, VIRTIO_DRIVER_FEATURES},
    {0x14, 1, VIRTIO_STATUS},
    {0x15, 1, VIRTIO_GENERATION},
    {0x16, 2, VIRTIO_QUEUE_SEL},
    {0x18, 2, VIRTIO_QUEUE_SIZE},
    {0x1C, 2, VIRTIO_QUEUE_READY},
    {0x20, 4, VIRTIO_QUEUE_DESCRIPTORS},
    {0x24, 4, VIRTIO_QUEUE_DESCRIPTORS + 4},
    {0x28, 4, VIRTIO_QUEUE_AVAILABLE},
    {0x2C, 4, VIRTIO_QUEUE_AVAILABLE + 4},
    {0x30, 4, VIRTIO_QUEUE_USED},
    {0x34, 4, VIRTIO_QUEUE_USED + 4},
};
#define CONFIG_VECTOR 0x10
#define QUEUES        0x12
#define QUEUE_VECTOR  0x1A
#define COMMON_SIZE   0x38

// A message that was held back goes, too: before DRIVER_OK the driver gets none ("Driver
// Initialization").
static void reset(struct virtio_pci *pci)
{
    pci->changed = false;
    pci->msix.pending = 0;
    for (unsigned n = 0; n <= VIRTIO_QUEUES; n++)
        pci->vectors[n] = NO_VECTOR;
}

static void add(struct virtio_pci *pci, uint8_t type, uint32_t offset, uint32_t size)
{
    struct capability capability = {.type = type, .offset = offset, .size = size};

    // Two bytes come before it, id and link, and are counted. The multiplier is NOTIFY's only.
    capability.length = (uint8_t)(sizeof(capability) + 2 - (type == NOTIFY ? 0 : 4));
    pci_function_add_capability(&pci->function, PCI_CAPABILITY_VENDOR, &capability,
                                capability.length - 2u);
}

void virtio_pci_create(struct virtio_pci *pci, struct virtio *device, unsigned n)
{
    struct pci_function *function = &pci->function;

    pci->device = device;
    device->held = true;
    reset(pci);
    pci_function_create(function, VENDOR, (uint16_t)(DEVICE_FIRST + device->kind->id),
                        device->kind->class);
    pci_function_add_bar(function, 0, PCI_PORT + n * VIRTIO_PCI_PORTS, VIRTIO_PCI_PORTS, true);
    pci_function_add_bar(function, 1, PCI_MEMORY + n * MSIX_SIZE, MSIX_SIZE, false);
    msix_create(&pci->msix, function, 1);
    add(pci, COMMON, VIRTIO_PCI_COMMON, COMMON_SIZE);
    add(pci, ISR, VIRTIO_PCI_ISR, 1);
    add(pci, CONFIG, VIRTIO_PCI_CONFIG, VIRTIO_PCI_NOTIFY - VIRTIO_PCI_CONFIG);
    add(pci, NOTIFY, VIRTIO_PCI_NOTIFY, 2);
}

// The register that a driver's vector is for, or NULL.
static uint16_t *vector(struct virtio_pci *pci, uint32_t offset)
{
    if (offset == CONFIG_VECTOR)
        return &pci->vectors[VIRTIO_QUEUES];
    if (offset == QUEUE_VECTOR && pci->device->queue_sel < pci->device->kind->queues)
        return &pci->vectors[pci->device->queue_sel];
    return NULL;
}

// Which entry of `common` it is, or -1.
static int find(uint32_t offset, unsigned size)
{
    for (unsigned n = 0; n < sizeof(common) / sizeof(common[0]); n++)
        if (common[n].offset == offset && common[n].size == size)
            return (int)n;
    return -1;
}

static uint32_t read_isr(struct virtio_pci *pci)
{
    uint32_t why = (uint32_t)virtio_read(pci->device, VIRTIO_INTERRUPT_STATUS, 4);

    virtio_write(pci->device, VIRTIO_INTERRUPT_ACK, 4, why);
    why |= pci->changed ? VIRTIO_INTERRUPT_CONFIG : 0;
    pci->changed = false;
    return why;
}

uint32_t virtio_pci_in(struct virtio_pci *pci, uint32_t offset, unsigned size)
{
    const uint16_t *entry = vector(pci, offset);
    int n = find(offset, size);

    if (n >= 0)
        return (uint32_t)virtio_read(pci->device, common[n].is, 4);
    if (entry && size == 2)
        return *entry;
    if (offset == QUEUES && size == 2)
        return pci->device->kind->queues;
    if (offset == VIRTIO_PCI_ISR && size == 1)
        return read_isr(pci);
    if (offset >= VIRTIO_PCI_CONFIG && offset < VIRTIO_PCI_NOTIFY)
        return (uint32_t)virtio_read(pci->device, VIRTIO_CONFIG + offset - VIRTIO_PCI_CONFIG, size);
    return 0;
}

void virtio_pci_out(struct virtio_pci *pci, uint32_t offset, unsigned size, uint32_t value)
{
    uint16_t *entry = vector(pci, offset);
    int n = find(offset, size);

    if (entry && size == 2)
        *entry = value < MSIX_VECTORS ? (uint16_t)value : NO_VECTOR;  // read back, this is a no
    if (n >= 0 && common[n].is == VIRTIO_STATUS && !value)
        reset(pci);
    if (n >= 0)
        virtio_write(pci->device, common[n].is, 4, value);
    if (offset == VIRTIO_PCI_NOTIFY && size == 2)
        virtio_notify(pci->device, value);
}

// A reason whose vector the driver left out is none. What has become a message leaves the ISR, but
// for the configuration's bit, which stays until it is read ("ISR status capability").
bool virtio_pci_take(struct virtio_pci *pci, struct msix_message *message)
{
    pci->device->held = !pci_function_is_master(&pci->function);
    for (unsigned n = 0; n <= VIRTIO_QUEUES && msix_enabled(&pci->msix); n++) {
        if ((pci->device->raised & 1u << n) && pci->vectors[n] != NO_VECTOR)
            pci->msix.pending |= 1u << pci->vectors[n];
        pci->changed |= pci->device->raised & VIRTIO_RAISED_CONFIG;
        pci->device->raised &= ~(1u << n);
    }
    return msix_take(&pci->msix, message);
}
