// Port and memory accesses of the guest that end in user space, handed on to a port map.
//
// Taught in book/02_bios.

#ifndef COMMON_KVM_IO_H
#define COMMON_KVM_IO_H

#include <linux/kvm.h>
#include <stddef.h>

#include "common/pc/port.h"
#include "common/status.h"

// KVM_EXIT_IO: each of the accesses in `run` (string instructions bring several) goes to the device
// that claims the port in `map` of `count` rows. Source: KVM API, "The kvm_run structure".
void exit_io(struct kvm_run *run, const struct port_range *map, size_t count);

// KVM_EXIT_MMIO where nothing is: a read sees all ones, a write (to a ROM, say) changes nothing,
// and the guest goes on: RESUME_NEXT.
enum resume exit_mmio_unclaimed(struct kvm_run *run);

#endif
