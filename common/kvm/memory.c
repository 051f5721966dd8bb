// Memory slots: pages of this process become pages of the guest.

#include "common/kvm/memory.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "common/kvm/kvm.h"

#define HUGE_PAGE_SIZE MIB(2)

static void *pages_reserve(uint64_t size)
{
    void *pages = mmap(NULL, size, PROT_READ | PROT_WRITE,
                       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

    if (pages == MAP_FAILED) {
        fprintf(stderr, "no memory for %llu MiB of guest RAM: %s\n",
                (unsigned long long)(size >> 20), strerror(errno));
        exit(VM_REFUSED);
    }
    return pages;
}

// `size` zeroed bytes. From 2 MiB on they start at a multiple of 2 MiB, so that the host can back
// them with huge pages and KVM can map each with one entry: fewer page faults on the way up.
static uint8_t *pages_map(uint64_t size)
{
    uint8_t *pages, *start;
    uint64_t before;

    if (size < HUGE_PAGE_SIZE)
        return pages_reserve(size);

    pages = pages_reserve(size + HUGE_PAGE_SIZE);
    before = -(uintptr_t)pages & (HUGE_PAGE_SIZE - 1);
    start = pages + before;
    if (before)
        munmap(pages, before);
    if (before < HUGE_PAGE_SIZE)
        munmap(start + size, HUGE_PAGE_SIZE - before);
    madvise(start, size, MADV_HUGEPAGE);  // advice: a host without huge pages just has none
    return start;
}

static uint8_t *slot_add(struct memory *memory, struct memory_slot slot)
{
    struct kvm_userspace_memory_region region = {
        .slot = memory->count,
        .flags = slot.read_only ? KVM_MEM_READONLY : 0,
        .guest_phys_addr = slot.gpa,
        .memory_size = slot.size,
    };

    if (memory->count == MEMORY_SLOTS) {
        fprintf(stderr, "memory slot \"%s\": all %d slots are taken\n", slot.name, MEMORY_SLOTS);
        exit(VM_REFUSED);
    }
    if (slot.size == 0 || slot.size % PAGE_SIZE || slot.gpa % PAGE_SIZE) {
        fprintf(stderr, "memory slot \"%s\": 0x%llx bytes at 0x%llx, expected multiples of 4 KiB\n",
                slot.name, (unsigned long long)slot.size, (unsigned long long)slot.gpa);
        exit(VM_REFUSED);
    }
    slot.host = pages_map(slot.size);
    region.userspace_addr = (uintptr_t)slot.host;
    KVM(memory->vm_fd, KVM_SET_USER_MEMORY_REGION, &region);
    memory->slots[memory->count++] = slot;
    return slot.host;
}

uint8_t *memory_add(struct memory *memory, const char *name, uint64_t gpa, uint64_t size)
{
    return slot_add(memory, (struct memory_slot){.name = name, .gpa = gpa, .size = size});
}

uint8_t *memory_add_read_only(struct memory *memory, const char *name, uint64_t gpa, uint64_t size)
{
    return slot_add(
        memory, (struct memory_slot){.name = name, .gpa = gpa, .size = size, .read_only = true});
}

void memory_add_ram(struct memory *memory, uint64_t size)
{
    uint64_t low = size < RAM_GAP_START ? size : RAM_GAP_START;

    memory_add(memory, "RAM", 0, low);
    if (size > low)
        memory_add(memory, "RAM above 4 GiB", RAM_GAP_END, size - low);
}

uint8_t *memory_at(const struct memory *memory, uint64_t gpa, uint64_t size)
{
    for (unsigned i = 0; i < memory->count; i++) {
        const struct memory_slot *slot = &memory->slots[i];

        // Differences, not sums: gpa + size may pass 2^64.
        if (gpa >= slot->gpa && gpa - slot->gpa <= slot->size &&
            size <= slot->size - (gpa - slot->gpa))
            return slot->host + (gpa - slot->gpa);
    }
    return NULL;
}

_Static_assert(RAM_GAP_START == GUEST_RAM_LOW_MAX, "one gap");

static void *ram_at(void *memory, uint64_t gpa, uint64_t size)
{
    return memory_at(memory, gpa, size);
}

struct guest_ram memory_ram(struct memory *memory, uint64_t size)
{
    uint64_t low = size < RAM_GAP_START ? size : RAM_GAP_START;

    return (struct guest_ram){.low = low, .high = size - low, .at = ram_at, .context = memory};
}
