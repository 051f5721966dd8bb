// The bitmap of page_map.h.

#include "kernel/memory/page_map.h"

#include <string.h>

#include "kernel/memory/page.h"

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

uint64_t page_map_place(const struct e820_range *ranges, unsigned count, uint64_t from,
                        uint64_t limit)
{
    uint64_t size = page_up(page_map_bytes(page_map_count(ranges, count)));

    for (unsigned i = 0; i < count; i++) {
        uint64_t first = page_up(ranges[i].base), end = e820_end(&ranges[i]) / PAGE_SIZE;

        if (first < page_up(from))
            first = page_up(from);
        if (end > limit / PAGE_SIZE)
            end = limit / PAGE_SIZE;
        if (e820_usable(&ranges[i]) && first < end && end - first >= size)
            return first * PAGE_SIZE;
    }
    return 0;
}

// Marks the pages from `first` up to, not including, `end`, a word of the bitmap at a time.
static void mark(struct page_map *map, uint64_t first, uint64_t end, bool taken)
{
    while (first < end) {
        uint64_t word_end = (first / 64 + 1) * 64;
        uint64_t stop = word_end < end ? word_end : end;
        uint64_t mask = UINT64_MAX >> (64 - (stop - first)) << first % 64;
        uint64_t *word = &map->taken[first / 64];
        uint64_t change = mask & (taken ? ~*word : *word);

        *word ^= change;
        for (; change; change &= change - 1)  // takes away the lowest bit
            map->free = taken ? map->free - 1 : map->free + 1;
        first = stop;
    }
}

void page_map_init(struct page_map *map, uint64_t *taken, const struct e820_range *ranges,
                   unsigned count)
{
    *map = (struct page_map){.taken = taken, .count = page_map_count(ranges, count)};
    memset(taken, 0xFF, page_map_bytes(map->count));

    for (unsigned i = 0; i < count; i++)
        if (e820_usable(&ranges[i]))
            mark(map, page_up(ranges[i].base), e820_end(&ranges[i]) / PAGE_SIZE, false);
    // Where ranges overlap, the firmware's "not yours" counts.
    for (unsigned i = 0; i < count; i++)
        if (!e820_usable(&ranges[i]))
            page_map_reserve(map, ranges[i].base, ranges[i].size);
}

void page_map_reserve(struct page_map *map, uint64_t base, uint64_t size)
{
    struct e820_range range = {.base = base, .size = size};
    uint64_t end = page_up(e820_end(&range));

    mark(map, base / PAGE_SIZE, end < map->count ? end : map->count, true);
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
    mark(map, first, first + count, true);
    return first;
}

bool page_map_give(struct page_map *map, uint64_t page, uint64_t count)
{
    if (page >= map->count || count > map->count - page ||
        next(map, false, page, page + count) != page + count)
        return false;
    mark(map, page, page + count, false);
    if (page < map->hint)
        map->hint = page;
    return true;
}
