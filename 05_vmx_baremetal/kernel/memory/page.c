// The allocator of page.h: the map of page_map.h, applied to the memory that is there.

#include "kernel/memory/page.h"

#include <stdbool.h>

#include "kernel/image_layout.h"
#include "kernel/memory/page_init.h"
#include "kernel/memory/page_map.h"
#include "kernel/panic/panic.h"

#define PAGES_2M (PAGE_SIZE_2M / PAGE_SIZE)

static struct page_map map;

static void page_clear(void *page, uint64_t count)
{
    uint64_t words = count * PAGE_SIZE / 8;

    __asm__ volatile("rep stosq" : "+D"(page), "+c"(words) : "a"(0) : "memory");
}

static uint64_t file_end(const struct image_file *file)
{
    return file->address + ((uint64_t)file->size + PAGE_SIZE - 1) / PAGE_SIZE * PAGE_SIZE;
}

// The end of what the loader has put into memory, behind which the bitmap goes. (The loader's page
// tables, which are still in force, end with PAYLOAD_LIMIT.)
static uint64_t image_end(const struct image_table *image)
{
    uint64_t end = virt_to_phys(bss_end);

    for (uint32_t i = 0; i < image->count; i++)
        if (file_end(&image->files[i]) > end)
            end = file_end(&image->files[i]);
    return end;
}

void page_init(const struct boot_info *boot)
{
    uint64_t pages = page_map_count(boot->e820, boot->e820_count);
    uint64_t size = page_map_bytes(pages);
    uint64_t start =
        page_map_place(boot->e820, boot->e820_count, image_end(&boot->image), PAYLOAD_LIMIT);

    if (!start)
        panic("no room for a map of %lu pages, give the machine more memory", pages);
    page_map_init(&map, phys_to_virt(start), boot->e820, boot->e820_count);
    page_map_reserve(&map, 0, virt_to_phys(bss_end));
    page_map_reserve(&map, start, size);
    for (uint32_t i = 0; i < boot->image.count; i++)
        page_map_reserve(&map, boot->image.files[i].address, boot->image.files[i].size);
}

static void *take_clear(uint64_t count)
{
    void *pages = page_alloc_run(count, count);

    if (!pages)
        panic("out of memory: %lu contiguous pages wanted, %lu free", count, map.free);
    page_clear(pages, count);
    return pages;
}

void *page_alloc(void)
{
    return take_clear(1);
}

void *page_alloc_2m(void)
{
    return take_clear(PAGES_2M);
}

void *page_alloc_run(uint64_t count, uint64_t align)
{
    uint64_t first = page_map_take(&map, count, align);

    return first == PAGE_NONE ? NULL : phys_to_virt(first * PAGE_SIZE);
}

void page_free(void *page)
{
    page_free_run(page, 1);
}

void page_free_run(void *run, uint64_t count)
{
    uint64_t address = virt_to_phys(run);

    if (address % PAGE_SIZE || !page_map_give(&map, address / PAGE_SIZE, count))
        panic("%lu pages at %p given back that are not in use", count, run);
}

uint64_t page_free_count(void)
{
    return map.free;
}
