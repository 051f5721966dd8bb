// The address space of memory.h.

#include "kernel/memory/memory.h"

#include "kernel/cpu.h"
#include "kernel/image_layout.h"
#include "kernel/memory/page.h"
#include "kernel/memory/paging.h"
#include "kernel/stack.h"

#define MAPPED_FROM 0x100000  // 1 MiB: below are the firmware's things

static uint64_t *root;

static uint64_t round_up(uint64_t size)
{
    return (size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

static void map_section(const char *start, const char *end, enum map_access access)
{
    paging_map(root, virt_to_phys(start), round_up((uint64_t)(end - start)), access);
}

// The whole pages of a usable range, but not those below 1 MiB.
static void map_range(const struct e820_range *range)
{
    uint64_t start = round_up(range->base);
    uint64_t end = e820_end(range) & ~(PAGE_SIZE - 1);

    if (start < MAPPED_FROM)
        start = MAPPED_FROM;
    if (start < end)
        paging_map(root, start, end - start, MAP_READ_WRITE);
}

// The firmware says what it is, not that it begins and ends with a page.
static void map_screen(const struct boot_screen *screen)
{
    uint64_t start = screen->base & ~(PAGE_SIZE - 1);

    paging_map(root, start, round_up(screen->base + screen_size(screen) - start), MAP_SCREEN);
}

void memory_init(const struct boot_info *boot)
{
    root = page_alloc();
    for (uint32_t i = 0; i < boot->e820_count; i++)
        if (e820_usable(&boot->e820[i]))
            map_range(&boot->e820[i]);
    for (uint32_t i = 1; i < boot->image.count; i++)  // 0 is the hypervisor
        paging_map(root, boot->image.files[i].address, round_up(boot->image.files[i].size),
                   MAP_READ);
    map_section(text_start, text_end, MAP_READ_EXECUTE);
    map_section(rodata_start, rodata_end, MAP_READ);
    if (boot->screen.kind != SCREEN_NONE)
        map_screen(&boot->screen);
    for (enum stack_name name = 0; name < STACK_COUNT; name++)
        paging_map(root, virt_to_phys(stacks[name].guard), PAGE_SIZE, MAP_NONE);

    wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_NXE);  // else the no-execute bits are reserved bits
    wrmsr(MSR_PAT, PAT_WITH_WC);  // whatever the firmware left; our page tables use entries 0 and 1
    write_cr3(virt_to_phys(root));
    // A reset leaves the caches off, and not every firmware switches them on.
    write_cr0((read_cr0() | CR0_WP) & ~(CR0_CD | CR0_NW));
}

void *memory_unlock(const void *start, uint64_t size)
{
    uint64_t address = virt_to_phys(start);

    paging_map(root, address, round_up(size), MAP_READ_WRITE);
    write_cr3(virt_to_phys(root));  // drops the old translations
    return phys_to_virt(address);
}
