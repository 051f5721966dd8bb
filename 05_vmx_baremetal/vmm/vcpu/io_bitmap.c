// The I/O bitmaps: see io_bitmap.h. Bit n is port n; VMCS field A points to the first 4 KiB, ports
// 0 to 7FFFh, and B to the others. An access exits if one of its ports has its bit set.

#include "vmm/vcpu/io_bitmap.h"

#include <string.h>

#include "vmm/guests/machine_port.h"

void io_bitmap_fill(uint8_t *bitmap, const struct port_range *ports, size_t count)
{
    memset(bitmap, 0xFF, IO_BITMAP_SIZE);
    for (size_t i = 0; i < count; i++)
        if (ports[i].in == machine_in && ports[i].out == machine_out)
            for (uint32_t port = ports[i].first; port <= ports[i].last; port++)
                bitmap[port / 8] &= ~(1u << port % 8);
}
