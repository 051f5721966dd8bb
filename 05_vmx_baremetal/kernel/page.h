// Physical memory, in pages of 4 KiB, from what the firmware's E820 map calls usable.
//
// The hypervisor runs identity-mapped: a virtual address *is* the physical one. A hypervisor
// juggles three kinds of address as it is (guest virtual, guest physical, host physical), and this
// spares it a fourth. The two functions below convert all the same, so that the code says what it
// means.
//
// Guest RAM of hundreds of MiB comes from page_alloc_run: physically contiguous, so that one flat
// pointer serves the loaders of common/machine, and 2 MiB-aligned, so that the EPT maps it with
// large pages. A guest without a flat view can collect page_alloc_2m one at a time instead.

#ifndef KERNEL_PAGE_H
#define KERNEL_PAGE_H

#include <stddef.h>
#include <stdint.h>

#define PAGE_SIZE    UINT64_C(0x1000)
#define PAGE_SIZE_2M UINT64_C(0x200000)

// A page of zeros. Panics when memory has run out: never returns NULL.
void *page_alloc(void);

// 2 MiB of zeros, aligned to 2 MiB. Panics when memory has run out.
void *page_alloc_2m(void);

// `count` contiguous pages, the first aligned to `align` pages (a power of two; 512 is 2 MiB), or
// NULL if no gap is large enough. Not cleared: for hundreds of MiB the caller knows what needs it.
void *page_alloc_run(uint64_t count, uint64_t align);

// Gives back what the functions above gave: one page, or `count` pages. Panics on memory that is
// free already.
void page_free(void *page);
void page_free_run(void *run, uint64_t count);

// Pages that are free now.
uint64_t page_free_count(void);

static inline uint64_t virt_to_phys(const void *pointer)
{
    return (uint64_t)pointer;
}

static inline void *phys_to_virt(uint64_t address)
{
    return (void *)address;
}

#endif
