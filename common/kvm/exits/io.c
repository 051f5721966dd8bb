// Port and memory accesses of the guest, from kvm_run to the devices.

#include "common/kvm/exits/io.h"

#include <string.h>

void exit_io(struct kvm_run *run, const struct port_range *map, size_t count)
{
    uint8_t *data = (uint8_t *)run + run->io.data_offset;
    unsigned size = run->io.size;

    for (uint32_t i = 0; i < run->io.count; i++, data += size) {
        uint32_t value = 0;

        if (run->io.direction == KVM_EXIT_IO_OUT) {
            memcpy(&value, data, size);  // little-endian, and so are we
            port_out(map, count, run->io.port, size, value);
        } else {
            // An answer is needed even where nobody is: KVM's buffer starts as zeroes, and a zero
            // tells a driver that its device is there and idle.
            value = port_in(map, count, run->io.port, size);
            memcpy(data, &value, size);
        }
    }
}

enum resume exit_mmio_unclaimed(struct kvm_run *run)
{
    if (!run->mmio.is_write)
        memset(run->mmio.data, 0xFF, sizeof(run->mmio.data));
    return RESUME_NEXT;
}
