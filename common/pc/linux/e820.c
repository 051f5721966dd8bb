// The memory map of e820.h, kept sorted by building it anew with each change.

#include "common/pc/linux/e820.h"

static uint64_t end_of(const struct e820_entry *entry)
{
    return entry->start + entry->size;
}

// Appends start..end, or extends the last entry by it.
static bool append(struct e820 *map, uint64_t start, uint64_t end, uint32_t type)
{
    struct e820_entry *last = map->count ? &map->entries[map->count - 1] : 0;

    if (start >= end)
        return true;
    if (last && last->type == type && end_of(last) == start) {
        last->size += end - start;
        return true;
    }
    if (map->count == E820_MAX)
        return false;
    map->entries[map->count++] = (struct e820_entry){start, end - start, type};
    return true;
}

bool e820_set(struct e820 *map, uint64_t start, uint64_t size, enum e820_type type)
{
    struct e820 changed = {0};
    uint64_t end = start + size;
    bool fits = end >= start;

    // In order: what is left of the old entries below, the new one, what is left of them above.
    for (unsigned i = 0; i < map->count; i++) {
        const struct e820_entry *old = &map->entries[i];
        fits &= append(&changed, old->start, end_of(old) < start ? end_of(old) : start, old->type);
    }
    fits &= append(&changed, start, end, type);
    for (unsigned i = 0; i < map->count; i++) {
        const struct e820_entry *old = &map->entries[i];
        fits &= append(&changed, old->start > end ? old->start : end, end_of(old), old->type);
    }
    if (fits)
        *map = changed;
    return fits;
}

bool e820_is_ram(const struct e820 *map, uint64_t start, uint64_t size)
{
    // Neighbours of one type are one entry, so a range of RAM lies in a single entry.
    for (unsigned i = 0; i < map->count; i++) {
        const struct e820_entry *entry = &map->entries[i];
        if (entry->type == E820_RAM && start >= entry->start && start < end_of(entry))
            return size <= end_of(entry) - start;
    }
    return false;
}
