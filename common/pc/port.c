// The port map of port.h: find the row, call its device.

#include "common/pc/port.h"

#include <stdbool.h>

// All ones in `size` bytes: what a read of an empty bus returns, because nothing pulls a line low.
static uint32_t all_ones(unsigned size)
{
    return size >= 4 ? 0xFFFFFFFFu : (1u << (8 * size)) - 1;
}

const struct port_range *port_find(const struct port_range *map, size_t count, uint16_t port)
{
    for (size_t i = 0; i < count; i++)
        if (port >= map[i].first && port <= map[i].last)
            return &map[i];
    return NULL;
}

// Does the device behind `range` take the access as it is?
static bool takes(const struct port_range *range, uint16_t port, unsigned size)
{
    return size == 1 || (range && size <= range->width && port + size - 1u <= range->last);
}

uint32_t port_in(const struct port_range *map, size_t count, uint16_t port, unsigned size)
{
    const struct port_range *range = port_find(map, count, port);
    unsigned half = size / 2;
    uint32_t low, high;

    if (takes(range, port, size)) {
        if (!range || !range->in)
            return all_ones(size);
        return range->in(range->device, port - range->first, size) & all_ones(size);
    }
    low = port_in(map, count, port, half);
    high = port + half > UINT16_MAX ? all_ones(half)
                                    : port_in(map, count, (uint16_t)(port + half), half);
    return low | high << (8 * half);
}

void port_out(const struct port_range *map, size_t count, uint16_t port, unsigned size,
              uint32_t value)
{
    const struct port_range *range = port_find(map, count, port);
    unsigned half = size / 2;

    if (takes(range, port, size)) {
        if (range && range->out)
            range->out(range->device, port - range->first, size, value & all_ones(size));
        return;
    }
    port_out(map, count, port, half, value);
    if (port + half <= UINT16_MAX)
        port_out(map, count, (uint16_t)(port + half), half, value >> (8 * half));
}
