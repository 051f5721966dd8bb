// The page tables of tables.h, as boot/long.asm makes them for one GiB.

#include "boot/uefi/tables.h"

#include "common/pc/x86.h"

#define TABLE(page) ((uint64_t)(page) | ENTRY_PRESENT | ENTRY_WRITABLE)

// All of the GiB that begins at `address`.
static void directory_fill(uint64_t *directory, uint64_t address)
{
    for (int i = 0; i < 512; i++, address += PAGE_SIZE_2M)
        directory[i] = TABLE(address | ENTRY_LARGE);
}

static bool screen_map(struct tables *tables, uint64_t first, uint64_t last)
{
    uint64_t *root = &tables->pml4[first / GIB(1) / 512];
    uint64_t *pdpt = *root ? tables->pdpt : tables->screen_pdpt;

    if (last / GIB(1) - first / GIB(1) > 1 || last / GIB(1) / 512 != first / GIB(1) / 512)
        return false;
    *root = TABLE(pdpt);
    for (uint64_t gib = first / GIB(1); gib <= last / GIB(1); gib++) {
        uint64_t *directory = tables->screen_directories[gib - first / GIB(1)];

        directory_fill(directory, gib * GIB(1));
        pdpt[gib % 512] = TABLE(directory);
    }
    return true;
}

bool tables_fill(struct tables *tables, const struct boot_screen *screen)
{
    uint64_t end = screen->base + screen_size(screen);

    tables->pml4[0] = TABLE(tables->pdpt);
    for (uint64_t i = 0; i < 4; i++) {
        directory_fill(tables->directories[i], i * GIB(1));
        tables->pdpt[i] = TABLE(tables->directories[i]);
    }
    if (screen->kind == SCREEN_NONE || end <= TABLES_LIMIT)
        return true;
    return screen->base >= TABLES_LIMIT && screen_map(tables, screen->base, end - 1);
}
