// The devices of devices.h, and how they hear of one another, the guest's driver and they.
//
// The driver puts requests into RAM and writes to a port, the doorbell. As an exit, that would keep
// its CPU here for as long as the disk takes. So KVM is told to do nothing at this write but add 1
// to an eventfd (an ioeventfd): the CPU goes on at once, and our thread, which sleeps until there
// is something to read from it, wakes up. When it has done what there was, it has KVM deliver the
// messages that the driver wrote into the MSI-X table for that. The driver's handler knows from the
// message which queue it is about, and asks nobody. Source: KVM API, "KVM_IOEVENTFD",
// "KVM_SIGNAL_MSI".

#include "devices.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "common/host/file.h"
#include "common/kvm/exits/io.h"
#include "common/kvm/kvm.h"
#include "common/pc/acpi/acpi.h"
#include "common/pc/virtio/blk.h"
#include "common/pc/virtio/pci.h"
#include "disk.h"

// Bytes of stack for the thread: so few that the kernel doesn't give it a page of 2 MiB.
#define STACK_SIZE (256u << 10)

// A device on the bus.
struct slot {
    struct virtio_pci pci;
    void (*work)(struct devices *devices);  // does all that there is
};

struct devices {
    int vm_fd;
    int doorbell;          // the guest rings: one bell for all queues of all devices
    pthread_mutex_t lock;  // for all that follows
    struct pci_bus bus;
    struct slot slots[DEVICES_MAX];  // on the bus from 1 on: 0 is the bridge's
    unsigned count;
    struct virtio_blk disk;
    struct virtio_net card;
    struct wire wire;
};

void devices_disk_option(struct disk_image *image, const char *text)
{
    size_t size = strlen(text);
    bool read_only = size > 3 && strcmp(text + size - 3, ",ro") == 0;

    if (image->path)
        bad_usage("--disk: %s is the second, expected one disk", text);
    *image = disk_image_open(read_only ? strndup(text, size - 3) : text, read_only);
}

static void disk_work(struct devices *devices)
{
    virtio_notify(&devices->disk.device, 0);
}

static void card_work(struct devices *devices)
{
    struct virtio *card = &devices->card.device;

    if (card->status & VIRTIO_DRIVER_OK)
        wire_set_offloads(&devices->wire, card->accepted);
    virtio_net_move(&devices->card);
    wire_flush(&devices->wire);
    virtio_net_link(&devices->card, devices->wire.end.fd >= 0);
}

// Sleeps until the bell rings, or the wire has something.
static void wait_for_work(struct devices *devices)
{
    struct pollfd waits[] = {{.fd = devices->doorbell, .events = POLLIN},
                             wire_wait(&devices->wire)};
    uint64_t rung;

    if (waits[1].fd >= 0) {
        if (poll(waits, 2, -1) < 0)
            return;
        wire_woken(&devices->wire, waits[1].revents);
        if (!waits[0].revents)
            return;
    }
    if (read(devices->doorbell, &rung, sizeof(rung)) < 0 && errno != EINTR)
        perror("eventfd");
}

// Whoever has done something with the devices ends here: the guest is told of what came of it, and
// the lock goes back. A doorbell that KVM didn't see, for the guest rang it through the
// configuration space, rings here: who serves the queues is the thread. A message with nonsense in
// it reaches nobody, which is the guest's affair.
static void let_go(struct devices *devices)
{
    struct msix_message message;

    for (unsigned n = 0; n < devices->count; n++) {
        struct virtio_pci *pci = &devices->slots[n].pci;

        if (pci->rung)
            eventfd_write(devices->doorbell, 1);
        pci->rung = false;
        while (virtio_pci_take(pci, &message)) {
            struct kvm_msi msi = {.address_lo = (uint32_t)message.address,
                                  .address_hi = (uint32_t)(message.address >> 32),
                                  .data = message.data};

            ioctl(devices->vm_fd, KVM_SIGNAL_MSI, &msi);
        }
    }
    pthread_mutex_unlock(&devices->lock);
}

// The thread: each time there is something, it does all that there is. The lock is the devices'
// own. The machine's would keep CPUs from their exits as long as a disk takes.
static void *serve(void *argument)
{
    struct devices *devices = argument;

    for (;;) {
        wait_for_work(devices);
        pthread_mutex_lock(&devices->lock);
        for (unsigned n = 0; n < devices->count; n++)
            devices->slots[n].work(devices);
        let_go(devices);
    }
    return NULL;
}

static int event_create(void)
{
    int event = eventfd(0, EFD_CLOEXEC);

    if (event < 0) {
        perror("eventfd");
        exit(VM_REFUSED);
    }
    return event;
}

enum acpi_bus devices_bus(const struct devices_wanted *wanted)
{
    return wanted->disk.path || wanted->net.text ? ACPI_PCI : ACPI_NO_BUS;
}

// A device into the next slot, and its bell: a write of two bytes to this port rings it.
static void slot_fill(struct devices *devices, struct virtio *device,
                      void (*work)(struct devices *))
{
    unsigned n = devices->count++;
    struct slot *slot = &devices->slots[n];
    struct kvm_ioeventfd ring = {.addr = PCI_PORT + n * VIRTIO_PCI_PORTS + VIRTIO_PCI_NOTIFY,
                                 .len = 2,
                                 .fd = devices->doorbell,
                                 .flags = KVM_IOEVENTFD_FLAG_PIO};

    slot->work = work;
    virtio_pci_create(&slot->pci, device, n);
    devices->bus.slots[n + 1] = &slot->pci.function;
    KVM(devices->vm_fd, KVM_IOEVENTFD, &ring);
}

struct devices *devices_connect(const struct devices_wanted *wanted, const struct guest_ram *ram,
                                int vm_fd)
{
    bool none = devices_bus(wanted) == ACPI_NO_BUS;
    struct devices *devices = none ? NULL : calloc(1, sizeof(*devices));
    pthread_attr_t attributes;
    pthread_t thread;

    if (!devices)
        return NULL;
    pthread_mutex_init(&devices->lock, NULL);
    devices->vm_fd = vm_fd;
    devices->doorbell = event_create();
    pci_bus_create(&devices->bus);
    devices->wire.end = (struct wire_end){.fd = -1, .listener = -1};
    if (wanted->disk.path) {
        struct virtio_blk_image image = disk_contents(&wanted->disk);

        virtio_blk_create(&devices->disk, ram, &image);
        slot_fill(devices, &devices->disk.device, disk_work);
    }
    if (wanted->net.text) {
        struct virtio_net_wire wire = wire_open(&devices->wire, &wanted->net);

        virtio_net_create(&devices->card, ram, &wire);
        slot_fill(devices, &devices->card.device, card_work);
    }
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    pthread_create(&thread, &attributes, serve, devices);
    return devices;
}

static uint32_t config_in(void *context, uint16_t offset, unsigned size)
{
    struct devices *devices = context;
    uint32_t value;

    pthread_mutex_lock(&devices->lock);
    value = pci_in(&devices->bus, offset, size);
    let_go(devices);
    return value;
}

static void config_out(void *context, uint16_t offset, unsigned size, uint32_t value)
{
    struct devices *devices = context;

    pthread_mutex_lock(&devices->lock);
    pci_out(&devices->bus, offset, size, value);
    let_go(devices);
}

// The function whose BAR this is, or NULL.
static struct virtio_pci *find(struct devices *devices, unsigned bar, uint64_t n)
{
    struct virtio_pci *pci = n < devices->count ? &devices->slots[n].pci : NULL;

    return pci && pci_function_decodes(&pci->function, bar) ? pci : NULL;
}

static uint32_t ports_in(void *context, uint16_t offset, unsigned size)
{
    struct devices *devices = context;
    struct virtio_pci *pci;
    uint32_t value;

    pthread_mutex_lock(&devices->lock);
    pci = find(devices, 0, offset / VIRTIO_PCI_PORTS);
    value = pci ? virtio_pci_in(pci, offset % VIRTIO_PCI_PORTS, size) : UINT32_MAX;
    let_go(devices);
    return value;
}

static void ports_out(void *context, uint16_t offset, unsigned size, uint32_t value)
{
    struct devices *devices = context;
    struct virtio_pci *pci;

    pthread_mutex_lock(&devices->lock);
    pci = find(devices, 0, offset / VIRTIO_PCI_PORTS);
    if (pci)
        virtio_pci_out(pci, offset % VIRTIO_PCI_PORTS, size, value);
    let_go(devices);
}

size_t devices_ports(struct devices *devices, struct port_range *rows)
{
    const struct port_range map[] = {
        {PCI_FIRST, PCI_LAST, "PCI configuration", config_in, config_out, devices, .width = 4},
        {PCI_PORT, PCI_PORT_LAST, "virtio", ports_in, ports_out, devices, .width = 4},
    };

    if (!devices)
        return 0;
    memcpy(rows, map, sizeof(map));
    return sizeof(map) / sizeof(map[0]);
}

// Memory on the bus is MSI-X tables, and nothing else.
enum resume devices_mmio(struct devices *devices, struct kvm_run *run)
{
    uint64_t offset = run->mmio.phys_addr - PCI_MEMORY, value = 0;
    struct virtio_pci *pci;

    if (!devices)
        return exit_mmio_unclaimed(run);
    pthread_mutex_lock(&devices->lock);
    pci = find(devices, 1, offset / MSIX_SIZE);
    if (pci && run->mmio.is_write) {
        memcpy(&value, run->mmio.data, run->mmio.len);
        msix_write(&pci->msix, offset % MSIX_SIZE, run->mmio.len, value);
    } else if (pci) {
        value = msix_read(&pci->msix, offset % MSIX_SIZE, run->mmio.len);
        memcpy(run->mmio.data, &value, run->mmio.len);
    }
    let_go(devices);
    return pci ? RESUME_NEXT : exit_mmio_unclaimed(run);
}
