// The bitmap of page_map.h.

#include "kernel/page_map.h"

#include <string.h>

#include "kernel/page.h"

// Rounded away from zero without overflow.
static uint64_t page_up(uint64_t address)
{
    return address / PAGE_SIZE + (address % PAGE_SIZE != 0);
}

uint64_t page_map_count(const struct e820_range *ranges, unsigned count)
{
    uint64_t pages = 0;

    for (unsigned i = 0; i < count; i++)
        if (e820_usable(&ranges[i]) && e820_end(&ranges[i]) / PAGE_SIZE > pages)
            pages = e820_end(&ranges[i]) / PAGE_SIZE;
    return pages;
}

uint64_t page_map_bytes(uint64_t pages)
{
    return (pages + 63) / 64 * 8;
}

static bool is_taken(const struct page_map *map, uint64_t page)
{
    return map->taken[page / 64] >> page % 64 & 1;
}

static void mark(struct page_map *map, uint64_t page, bool taken)
{
    uint64_t bit = UINT64_C(1) << page % 64;

    if (is_taken(map, page) == taken)
        return;
    map->taken[page / 64] ^= bit;
    if (taken)
        map->free--;
    else
        map->free++;
}

void page_map_init(struct page_map *map, uint64_t *taken, const struct e820_range *ranges,
                   unsigned count)
{
    *map = (struct page_map){.taken = taken, .count = page_map_count(ranges, count)};
    memset(taken, 0xFF, page_map_bytes(map->count));

    for (unsigned i = 0; i < count; i++)
        if (e820_usable(&ranges[i]))
            for (uint64_t page = page_up(ranges[i].base); page < e820_end(&ranges[i]) / PAGE_SIZE;
                 page++)
                mark(map, page, false);
    // Where ranges overlap, the firmware's "not yours" counts.
    for (unsigned i = 0; i < count; i++)
        if (!e820_usable(&ranges[i]))
            page_map_reserve(map, ranges[i].base, ranges[i].size);
}

void page_map_reserve(struct page_map *map, uint64_t base, uint64_t size)
{
    struct e820_range range = {.base = base, .size = size};
    uint64_t end = page_up(e820_end(&range));

    for (uint64_t page = base / PAGE_SIZE; page < end && page < map->count; page++)
        mark(map, page, true);
}

// The first page of `from` to `to` that is taken, or free; `to` if there is none. Works on 64 at a
// time.
static uint64_t next(const struct page_map *map, bool taken, uint64_t from, uint64_t to)
{
    while (from < to) {
        uint64_t word = map->taken[from / 64];
        uint64_t wanted = (taken ? word : ~word) >> from % 64;

        if (wanted) {
            from += (unsigned)__builtin_ctzll(wanted);
            return from < to ? from : to;
        }
        from = (from / 64 + 1) * 64;
    }
    return to;
}

uint64_t page_map_take(struct page_map *map, uint64_t count, uint64_t align)
{
    uint64_t first = next(map, false, map->hint, map->count);

    map->hint = first;
    for (;;) {
        uint64_t obstacle;

        first = (first + align - 1) & ~(align - 1);
        if (first >= map->count || map->count - first < count)
            return PAGE_NONE;
        obstacle = next(map, true, first, first + count);
        if (obstacle == first + count)
            break;
        first = next(map, false, obstacle, map->count);
    }
    for (uint64_t page = first; page < first + count; page++)
        mark(map, page, true);
    return first;
}

bool page_map_give(struct page_map *map, uint64_t page, uint64_t count)
{
    if (page >= map->count || count > map->count - page ||
        next(map, false, page, page + count) != page + count)
        return false;
    for (uint64_t i = page; i < page + count; i++)
        mark(map, i, false);
    if (page < map->hint)
        map->hint = page;
    return true;
}
