// What stage 04 adds for `--disk`: a virtio device, and a thread that serves it. The first reading
// of this stage needs none of it.
//
// Taught in book/04_serial.

#ifndef DEVICES_H
#define DEVICES_H

#include <linux/kvm.h>

#include "common/host/disk_image.h"
#include "common/pc/guest_ram.h"
#include "common/status.h"

struct devices;

// For `--disk FILE[,ro]`, once: opens the image. Refusals are those of disk_image.h.
void devices_disk_option(struct disk_image *image, const char *text);

// Puts the disk with this image into the machine `vm_fd`, which has the RAM `ram`, where ACPI's
// tables say that it is, and starts the thread that serves it. `image` and `ram` must stay where
// they are. Returns NULL if there is no image. Call it when the interrupt controllers are there.
struct devices *devices_connect(const struct disk_image *image, const struct guest_ram *ram,
                                int vm_fd);

// KVM_EXIT_MMIO: to the device whose page it is, or to nobody. Any thread may call it.
enum resume devices_mmio(struct devices *devices, struct kvm_run *run);

#endif
