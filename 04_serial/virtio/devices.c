// The devices of devices.h, and how they hear of one another, the guest's driver and they.
//
// The driver puts requests into RAM and writes to a register, QUEUE_NOTIFY. As an exit, that would
// keep its CPU here for as long as the disk takes. So KVM is told to do nothing at this write but
// add 1 to an eventfd (an ioeventfd): the CPU goes on at once, and our thread, which sleeps in a
// read() of it, wakes up. When it has done what there was, it adds 1 to another eventfd (an irqfd),
// and KVM interrupts the guest. Source: KVM API, "KVM_IOEVENTFD", "KVM_IRQFD".
//
// An irqfd is an edge. A level would have to be taken back, by an exit more or by KVM, which would
// have to tell us of each end of an interrupt. The line belongs to one device alone, the tables say
// "edge", and a driver that has acknowledged an edge looks for all that is there; none gets lost.

#include "devices.h"

#include <errno.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "common/host/file.h"
#include "common/kvm/exits/io.h"
#include "common/kvm/kvm.h"
#include "common/pc/virtio/blk.h"
#include "disk.h"

struct devices {
    pthread_mutex_t lock;  // for the disk, but for what mmio.h allows without
    struct virtio_blk disk;
    int doorbell;   // the guest rings
    int interrupt;  // we do
};

void devices_disk_option(struct disk_image *image, const char *text)
{
    size_t size = strlen(text);
    bool read_only = size > 3 && strcmp(text + size - 3, ",ro") == 0;

    if (image->path)
        bad_usage("--disk: %s is the second, expected one disk", text);
    *image = disk_image_open(read_only ? strndup(text, size - 3) : text, read_only);
}

static void interrupt(const struct devices *devices)
{
    const uint64_t one = 1;

    if (write(devices->interrupt, &one, sizeof(one)) < 0)  // can't fail: KVM has emptied it
        perror("irqfd");
}

// The thread: each time the bell has rung, it does all that is in the queue. The lock is the
// devices' own. The machine's would keep CPUs from their exits as long as a disk takes.
static void *serve(void *argument)
{
    struct devices *devices = argument;
    uint64_t rung;

    while (read(devices->doorbell, &rung, sizeof(rung)) > 0 || errno == EINTR) {
        pthread_mutex_lock(&devices->lock);
        if (virtio_notify(&devices->disk.device, 0))
            interrupt(devices);
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

struct devices *devices_connect(const struct disk_image *image, const struct guest_ram *ram,
                                int vm_fd)
{
    struct devices *devices = image->path ? calloc(1, sizeof(*devices)) : NULL;
    struct virtio_blk_image disk;
    struct kvm_ioeventfd ring;
    struct kvm_irqfd line;
    pthread_t thread;

    if (!devices)
        return NULL;
    pthread_mutex_init(&devices->lock, NULL);
    disk = disk_contents(image);
    virtio_blk_create(&devices->disk, ram, &disk);
    devices->doorbell = event_create();
    devices->interrupt = event_create();
    ring = (struct kvm_ioeventfd){.addr = VIRTIO_GPA + VIRTIO_QUEUE_NOTIFY,
                                  .len = 4,
                                  .datamatch = 0,  // the queue's number
                                  .fd = devices->doorbell,
                                  .flags = KVM_IOEVENTFD_FLAG_DATAMATCH};
    line = (struct kvm_irqfd){.fd = devices->interrupt, .gsi = VIRTIO_IRQ};
    KVM(vm_fd, KVM_IOEVENTFD, &ring);
    KVM(vm_fd, KVM_IRQFD, &line);
    pthread_create(&thread, NULL, serve, devices);
    return devices;
}

// Every interrupt brings two accesses, to see why it came and to acknowledge it. They don't wait
// for a request that is under way.
enum resume devices_mmio(struct devices *devices, struct kvm_run *run)
{
    uint64_t offset = run->mmio.phys_addr - VIRTIO_GPA, value = 0;
    struct virtio *device;
    bool locks = offset != VIRTIO_INTERRUPT_STATUS && offset != VIRTIO_INTERRUPT_ACK;

    if (!devices || offset >= VIRTIO_PAGE)
        return exit_mmio_unclaimed(run);
    device = &devices->disk.device;
    if (locks)
        pthread_mutex_lock(&devices->lock);
    if (run->mmio.is_write) {
        memcpy(&value, run->mmio.data, run->mmio.len);
        virtio_write(device, offset, run->mmio.len, value);
        if (locks && virtio_interrupt(device))
            interrupt(devices);
    } else {
        value = virtio_read(device, offset, run->mmio.len);
        memcpy(run->mmio.data, &value, run->mmio.len);
    }
    if (locks)
        pthread_mutex_unlock(&devices->lock);
    return RESUME_NEXT;
}
