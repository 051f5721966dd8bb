// The devices of devices.h, and how they hear of one another, the guest's driver and they.
//
// The driver puts requests into RAM and writes to a register, QUEUE_NOTIFY. As an exit, that would
// keep its CPU here for as long as the disk takes. So KVM is told to do nothing at this write but
// add 1 to an eventfd (an ioeventfd): the CPU goes on at once, and our thread, which sleeps until
// there is something to read from it, wakes up. When it has done what there was, it adds 1 to
// another eventfd (an irqfd), and KVM interrupts the guest. Source: KVM API, "KVM_IOEVENTFD",
// "KVM_IRQFD".
//
// An irqfd is an edge. A level would have to be taken back, by an exit more or by KVM, which would
// have to tell us of each end of an interrupt. The line belongs to one device alone, the tables say
// "edge", and a driver that has acknowledged an edge looks for all that is there; none gets lost.

#include "devices.h"

#include <errno.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/host/file.h"
#include "common/kvm/exits/io.h"
#include "common/kvm/kvm.h"
#include "common/pc/acpi/acpi.h"
#include "common/pc/virtio/blk.h"
#include "disk.h"

// Bytes of stack for the thread: so few that the kernel doesn't give it a page of 2 MiB.
#define STACK_SIZE (256u << 10)

// A device and its line.
struct slot {
    struct virtio *device;
    bool (*work)(struct devices *devices);  // does all that there is, true: interrupt
    int interrupt;                          // the irqfd
};

struct devices {
    pthread_mutex_t lock;  // for the devices, but for what mmio.h allows without
    struct slot slots[ACPI_MAX_VIRTIO];
    unsigned count;
    int doorbell;  // the guest rings: one bell for all queues of all devices
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

static void interrupt(const struct slot *slot)
{
    const uint64_t one = 1;

    if (write(slot->interrupt, &one, sizeof(one)) < 0)  // can't fail: KVM has emptied it
        perror("irqfd");
}

static bool disk_work(struct devices *devices)
{
    return virtio_notify(&devices->disk.device, 0);
}

static bool card_work(struct devices *devices)
{
    struct virtio *card = &devices->card.device;
    bool up = devices->wire.end.fd >= 0, moved;

    if (card->status & VIRTIO_DRIVER_OK)
        wire_set_offloads(&devices->wire, card->accepted);
    moved = virtio_net_move(&devices->card);
    wire_flush(&devices->wire);
    return virtio_net_link(&devices->card, up) || moved;
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

// The thread: each time there is something, it does all that there is. The lock is the devices'
// own. The machine's would keep CPUs from their exits as long as a disk takes.
static void *serve(void *argument)
{
    struct devices *devices = argument;

    for (;;) {
        wait_for_work(devices);
        pthread_mutex_lock(&devices->lock);
        for (unsigned n = 0; n < devices->count; n++)
            if (devices->slots[n].work(devices))
                interrupt(&devices->slots[n]);
        pthread_mutex_unlock(&devices->lock);
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

unsigned devices_count(const struct devices_wanted *wanted)
{
    return (wanted->disk.path != NULL) + (wanted->net.text != NULL);
}

// A device into the next slot: its page, its bell and its line.
static void slot_fill(struct devices *devices, int vm_fd, struct virtio *device,
                      bool (*work)(struct devices *))
{
    struct slot *slot = &devices->slots[devices->count];
    struct kvm_irqfd line = {.gsi = VIRTIO_IRQ + devices->count};
    struct kvm_ioeventfd ring = {.addr = VIRTIO_GPA + devices->count * VIRTIO_PAGE +
                                         VIRTIO_QUEUE_NOTIFY,
                                 .len = 4,
                                 .fd = devices->doorbell,
                                 .flags = KVM_IOEVENTFD_FLAG_DATAMATCH};

    *slot = (struct slot){device, work, event_create()};
    line.fd = slot->interrupt;
    KVM(vm_fd, KVM_IRQFD, &line);
    for (ring.datamatch = 0; ring.datamatch < device->kind->queues; ring.datamatch++)
        KVM(vm_fd, KVM_IOEVENTFD, &ring);
    devices->count++;
}

struct devices *devices_connect(const struct devices_wanted *wanted, const struct guest_ram *ram,
                                int vm_fd)
{
    struct devices *devices = devices_count(wanted) ? calloc(1, sizeof(*devices)) : NULL;
    pthread_attr_t attributes;
    pthread_t thread;

    if (!devices)
        return NULL;
    pthread_mutex_init(&devices->lock, NULL);
    devices->doorbell = event_create();
    devices->wire.end = wanted->net;
    if (wanted->disk.path) {
        struct virtio_blk_image image = disk_contents(&wanted->disk);

        virtio_blk_create(&devices->disk, ram, &image);
        slot_fill(devices, vm_fd, &devices->disk.device, disk_work);
    }
    if (wanted->net.text) {
        struct virtio_net_wire wire = wire_open(&devices->wire, &wanted->net);

        virtio_net_create(&devices->card, ram, &wire);
        slot_fill(devices, vm_fd, &devices->card.device, card_work);
    }
    pthread_attr_init(&attributes);
    pthread_attr_setstacksize(&attributes, STACK_SIZE);
    pthread_create(&thread, &attributes, serve, devices);
    return devices;
}

// Every interrupt brings two accesses, to see why it came and to acknowledge it. They don't wait
// for a request that is under way.
enum resume devices_mmio(struct devices *devices, struct kvm_run *run)
{
    uint64_t offset = (run->mmio.phys_addr - VIRTIO_GPA) % VIRTIO_PAGE, value = 0;
    uint64_t n = (run->mmio.phys_addr - VIRTIO_GPA) / VIRTIO_PAGE;
    struct virtio *device;
    bool locks = offset != VIRTIO_INTERRUPT_STATUS && offset != VIRTIO_INTERRUPT_ACK;

    if (!devices || n >= devices->count)
        return exit_mmio_unclaimed(run);
    device = devices->slots[n].device;
    if (locks)
        pthread_mutex_lock(&devices->lock);
    if (run->mmio.is_write) {
        memcpy(&value, run->mmio.data, run->mmio.len);
        virtio_write(device, offset, run->mmio.len, value);
        if (locks && virtio_interrupt(device))
            interrupt(&devices->slots[n]);
    } else {
        value = virtio_read(device, offset, run->mmio.len);
        memcpy(run->mmio.data, &value, run->mmio.len);
    }
    if (locks)
        pthread_mutex_unlock(&devices->lock);
    return RESUME_NEXT;
}
