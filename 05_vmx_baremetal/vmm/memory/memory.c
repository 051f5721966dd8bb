// Guest-physical memory: see memory.h.

#include "vmm/memory/memory.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "kernel/console/console.h"
#include "kernel/memory/page.h"
#include "kernel/panic/panic.h"

// Pages that no guest gets when it is made: the hypervisor's, for its tables, a VMCS and the like.
#define RESERVE 256

// Contiguous memory, aligned to its size if that is a large page's.
static void *allocate(uint64_t size)
{
    uint64_t count = size / PAGE_SIZE, align = size == PAGE_SIZE_2M ? count : 1;
    void *run = NULL;

    if (page_free_count() >= count + RESERVE)
        run = page_alloc_run(count, align);
    if (!run) {
        kprintf("no room for the guest's memory: %lu KiB wanted, %lu free, %lu kept, expected a "
                "machine with more\n",
                size >> 10, page_free_count() * PAGE_SIZE >> 10, RESERVE * PAGE_SIZE >> 10);
        host_end(VM_BAD_USAGE);
    }
    return run;
}

static void add(struct ept *ept, uint64_t gpa, uint64_t size, bool clear)
{
    while (size) {
        uint64_t piece = PAGE_SIZE_2M - gpa % PAGE_SIZE_2M;  // up to the next multiple of 2 MiB
        enum ept_status status;
        void *run;

        if (piece > size)
            piece = size;
        run = allocate(piece);
        if (clear)
            memset(run, 0, piece);
        status = ept_map(ept, gpa, virt_to_phys(run), piece, EPT_ALL);
        if (status != EPT_OK)
            panic("guest memory at %lx, %lu bytes: EPT status %u", gpa, piece, status);
        gpa += piece;
        size -= piece;
    }
}

void memory_add(struct ept *ept, uint64_t gpa, uint64_t size)
{
    add(ept, gpa, size, true);
}

void memory_add_as_it_is(struct ept *ept, uint64_t gpa, uint64_t size)
{
    add(ept, gpa, size, false);
}

void memory_add_rom(struct ept *ept, uint64_t gpa, const void *data, uint64_t size)
{
    memory_add(ept, gpa, size);
    memcpy(memory_at(ept, gpa, size), data, size);
    ept_allow(ept, gpa, size, EPT_READ | EPT_EXECUTE);
}

static void release(uint64_t hpa, uint64_t size)
{
    page_free_run(phys_to_virt(hpa), size / PAGE_SIZE);
}

void memory_destroy(struct ept *ept)
{
    ept_destroy(ept, release);
}

void *memory_at(const struct ept *ept, uint64_t gpa, uint64_t size)
{
    struct ept_walk first = ept_walk(ept, gpa), last;

    if (!size || gpa + size < gpa || !ept_is_memory(ept, &first))
        return NULL;
    if (first.hpa % first.page_size + size > first.page_size) {  // beyond its page
        last = ept_walk(ept, gpa + size - 1);
        if (!ept_is_memory(ept, &last) || last.hpa - first.hpa != size - 1)
            return NULL;
    }
    return phys_to_virt(first.hpa);
}
