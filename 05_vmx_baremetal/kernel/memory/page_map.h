// Which pages of physical memory are free: one bit a page, over all of memory. A bitmap has no
// ceiling (1 TiB takes 32 MiB of it), finds contiguous runs, and needs no order or number of the
// E820 ranges.
//
// Nothing here touches the memory it speaks of, so that tests can try any machine.

#ifndef KERNEL_MEMORY_PAGE_MAP_H
#define KERNEL_MEMORY_PAGE_MAP_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/info.h"

#define PAGE_NONE UINT64_MAX  // no such page

struct page_map {
    uint64_t *taken;  // bit n % 64 of word n / 64: page n is in use, or is no memory
    uint64_t count;   // pages covered
    uint64_t free;    // how many of them are free
    uint64_t hint;    // no page below is free
};

// How many pages a map of these ranges covers: up to the end of the highest usable one.
uint64_t page_map_count(const struct e820_range *ranges, unsigned count);

// The bytes that the bitmap of `pages` pages takes: whole words.
uint64_t page_map_bytes(uint64_t pages);

// Where the bitmap of these ranges can go: a place in one that is usable, at a page from `from` on,
// that ends below `limit`. Returns its address, or 0 if there is none.
uint64_t page_map_place(const struct e820_range *ranges, unsigned count, uint64_t from,
                        uint64_t limit);

// Starts with what is usable in full and in no other range; `taken` has room for the bitmap.
void page_map_init(struct page_map *map, uint64_t *taken, const struct e820_range *ranges,
                   unsigned count);

// Takes the pages that `size` bytes at `base` touch, whatever they are now.
void page_map_reserve(struct page_map *map, uint64_t base, uint64_t size);

// Takes the lowest run of `count` pages whose first is a multiple of `align`, a power of two.
// Returns the first page, or PAGE_NONE.
uint64_t page_map_take(struct page_map *map, uint64_t count, uint64_t align);

// Gives a run back; false, and nothing changes, if some of it is free already or outside of the
// map.
bool page_map_give(struct page_map *map, uint64_t page, uint64_t count);

#endif
