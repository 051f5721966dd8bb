// Guest RAM piece by piece: see guest_ram.h.

#include "common/pc/guest_ram.h"

#include <string.h>

#define HIGH_RAM (1ull << 32)

struct guest_ram guest_ram_sized(uint64_t size)
{
    uint64_t low = size < GUEST_RAM_LOW_MAX ? size : GUEST_RAM_LOW_MAX;

    return (struct guest_ram){.low = low, .high = size - low};
}

static bool is_ram(const struct guest_ram *ram, uint64_t gpa, uint64_t size)
{
    if (gpa >= HIGH_RAM)
        return gpa - HIGH_RAM <= ram->high && size <= ram->high - (gpa - HIGH_RAM);
    return gpa <= ram->low && size <= ram->low - gpa;
}

// How many of `size` bytes at `gpa` lie before the next boundary.
static uint64_t piece(uint64_t gpa, uint64_t size)
{
    uint64_t left = GUEST_RAM_PIECE - gpa % GUEST_RAM_PIECE;

    return size < left ? size : left;
}

bool guest_ram_has(const struct guest_ram *ram, uint64_t gpa, uint64_t size)
{
    if (!is_ram(ram, gpa, size))
        return false;
    for (uint64_t n; size && ram->at; gpa += n, size -= n) {
        n = piece(gpa, size);
        if (!ram->at(ram->context, gpa, n))
            return false;
    }
    return true;
}

void guest_ram_write(const struct guest_ram *ram, uint64_t gpa, const void *data, uint64_t size)
{
    const uint8_t *from = data;

    for (uint64_t n; size; gpa += n, from += n, size -= n) {
        n = piece(gpa, size);
        memcpy(ram->at(ram->context, gpa, n), from, n);
    }
}

void guest_ram_read(const struct guest_ram *ram, uint64_t gpa, void *data, uint64_t size)
{
    uint8_t *to = data;

    for (uint64_t n; size; gpa += n, to += n, size -= n) {
        n = piece(gpa, size);
        memcpy(to, ram->at(ram->context, gpa, n), n);
    }
}

void guest_ram_clear(const struct guest_ram *ram, uint64_t gpa, uint64_t size)
{
    for (uint64_t n; size; gpa += n, size -= n) {
        n = piece(gpa, size);
        memset(ram->at(ram->context, gpa, n), 0, n);
    }
}
