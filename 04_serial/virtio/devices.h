// What stage 04 adds for `--disk` and `--net`: virtio devices, and a thread that serves them. The
// first reading of this stage needs none of it.
//
// Taught in book/04_serial.

#ifndef DEVICES_H
#define DEVICES_H

#include <linux/kvm.h>

#include "common/host/disk_image.h"
#include "common/pc/acpi/acpi.h"
#include "common/pc/guest_ram.h"
#include "common/pc/port.h"
#include "common/status.h"
#include "wire.h"

#define DEVICES_MAX 2

struct devices;

// What the user asked for.
struct devices_wanted {
    struct disk_image disk;  // path NULL: none
    struct wire_end net;     // text NULL: none
};

// For `--disk FILE[,ro]`, once: opens the image. Refusals are those of disk_image.h. For `--net`
// see wire.h.
void devices_disk_option(struct disk_image *image, const char *text);

// Where ACPI's tables are to say that these are: on a PCI bus, if there are any.
enum acpi_bus devices_bus(const struct devices_wanted *wanted);

// Puts them into the machine `vm_fd`, which has the RAM `ram`, and starts the thread that serves
// them. `wanted` and `ram` must stay where they are. Returns
// NULL if there are none. Call it when the interrupt controllers are there.
struct devices *devices_connect(const struct devices_wanted *wanted, const struct guest_ram *ram,
                                int vm_fd);

// Writes their rows of a port map to `rows`, and returns how many: 2, or none.
size_t devices_ports(struct devices *devices, struct port_range *rows);

// KVM_EXIT_MMIO: to the device whose memory it is, or to nobody. Any thread may call it.
enum resume devices_mmio(struct devices *devices, struct kvm_run *run);

#endif
