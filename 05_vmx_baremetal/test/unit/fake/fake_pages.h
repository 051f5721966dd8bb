// The page allocator for unit tests: the C library's. Included by one file of a test program.
// Virtual and physical addresses are the same number here too.

#ifndef TEST_UNIT_FAKE_PAGES_H
#define TEST_UNIT_FAKE_PAGES_H

#include <stdlib.h>
#include <string.h>

#include "kernel/memory/page.h"

#define USED 0xAA  // each byte of memory that somebody had before

static uint64_t pages;                // that are in use
static uint64_t pages_left = 100000;  // and that are not, as far as anybody is told

void *page_alloc_run(uint64_t count, uint64_t align)
{
    pages += count;
    return memset(aligned_alloc(align * PAGE_SIZE, count * PAGE_SIZE), USED, count * PAGE_SIZE);
}

void *page_alloc(void)
{
    return memset(page_alloc_run(1, 1), 0, PAGE_SIZE);
}

void *page_alloc_2m(void)
{
    return memset(page_alloc_run(512, 512), 0, PAGE_SIZE_2M);
}

uint64_t page_free_count(void)
{
    return pages_left;
}

void page_free_run(void *run, uint64_t count)
{
    pages -= count;
    free(run);
}

void page_free(void *page)
{
    page_free_run(page, 1);
}

#endif
