// Extended page tables: see ept.h. Pure but for page_alloc(), so the unit tests build tables too.

#include "vmm/memory/ept.h"

#include <stddef.h>
#include <string.h>

#include "kernel/memory/page.h"
#include "vmm/vmx/vmx.h"

#define EPT_LEAF         (1ull << 7)
#define EPT_TYPE_SHIFT   3
#define EPT_ADDRESS      0x000FFFFFFFFFF000ull
#define EPT_POINTER_WALK ((EPT_LEVELS - 1) << 3)

static unsigned index_at(uint64_t gpa, unsigned level)
{
    return gpa >> (12 + 9 * (level - 1)) & 0x1FF;
}

// Bytes that one entry of `level` covers: 4 KiB for a PTE (level 1), 2 MiB for a PDE (level 2).
static uint64_t span_at(unsigned level)
{
    return PAGE_SIZE << 9 * (level - 1);
}

static bool is_present(uint64_t entry)
{
    return entry & EPT_ALL;
}

static bool is_leaf(uint64_t entry, unsigned level)
{
    return level == 1 || (entry & EPT_LEAF);
}

static uint64_t *table_of(uint64_t entry)
{
    return phys_to_virt(entry & EPT_ADDRESS);
}

static bool is_nothing(const struct ept *ept, uint64_t entry, unsigned level)
{
    return !is_present(entry) || entry == ept->nothing[level];
}

void ept_create(struct ept *ept)
{
    *ept = (struct ept){.root = page_alloc()};
}

static void table_destroy(const struct ept *ept, uint64_t *table, unsigned level,
                          void (*release)(uint64_t hpa, uint64_t size))
{
    for (unsigned i = 0; i < 512; i++) {
        if (is_nothing(ept, table[i], level))
            continue;
        if (!is_leaf(table[i], level))
            table_destroy(ept, table_of(table[i]), level - 1, release);
        else if (release)
            release(table[i] & EPT_ADDRESS, span_at(level));
    }
    page_free(table);
}

static void uncover(struct ept *ept)
{
    if (!ept->covered.entry)
        return;
    if (ept->covered.level > 1)
        table_destroy(ept, table_of(*ept->covered.entry), ept->covered.level - 1, NULL);
    *ept->covered.entry = ept->covered.was;
    ept->covered.entry = NULL;
}

void ept_destroy(struct ept *ept, void (*release)(uint64_t hpa, uint64_t size))
{
    uncover(ept);
    table_destroy(ept, ept->root, EPT_LEVELS, release);
    for (unsigned level = 1; level <= EPT_LEVELS; level++)
        if (ept->nothing[level])
            page_free(table_of(ept->nothing[level]));
}

static uint64_t *table_create(const struct ept *ept, unsigned level)
{
    uint64_t *table = page_alloc();

    for (unsigned i = 0; i < 512; i++)
        table[i] = ept->nothing[level];
    return table;
}

// Writes one leaf of `level`, and the tables above it that are missing. Rights are granted in full
// on the way down and limited in the leaf.
static enum ept_status map_page(struct ept *ept, uint64_t gpa, uint64_t leaf, unsigned level)
{
    uint64_t *table = ept->root;
    uint64_t *entry;

    for (unsigned at = EPT_LEVELS; at > level; at--) {
        entry = &table[index_at(gpa, at)];
        if (is_nothing(ept, *entry, at))
            *entry = virt_to_phys(table_create(ept, at - 1)) | EPT_ALL;
        else if (is_leaf(*entry, at))
            return EPT_TAKEN;
        table = table_of(*entry);
    }
    entry = &table[index_at(gpa, level)];
    if (!is_nothing(ept, *entry, level))
        return EPT_TAKEN;
    *entry = leaf;
    return EPT_OK;
}

enum ept_status ept_map(struct ept *ept, uint64_t gpa, uint64_t hpa, uint64_t size, unsigned access)
{
    const uint64_t flags = access | MEMORY_TYPE_WB << EPT_TYPE_SHIFT;
    enum ept_status status = EPT_OK;

    if ((gpa | hpa | size) % PAGE_SIZE)
        return EPT_UNALIGNED;
    if (gpa >> 48 || size > (1ull << 48) - gpa)
        return EPT_TOO_HIGH;
    while (size && status == EPT_OK) {
        bool large = (gpa | hpa) % PAGE_SIZE_2M == 0 && size >= PAGE_SIZE_2M;
        uint64_t step = large ? PAGE_SIZE_2M : PAGE_SIZE;

        status = map_page(ept, gpa, hpa | flags | (large ? EPT_LEAF : 0), large ? 2 : 1);
        gpa += step;
        hpa += step;
        size -= step;
    }
    return status;
}

static void fill(const struct ept *ept, uint64_t *table, unsigned level)
{
    for (unsigned i = 0; i < 512; i++)
        if (!is_present(table[i]))
            table[i] = ept->nothing[level];
        else if (!is_leaf(table[i], level))
            fill(ept, table_of(table[i]), level - 1);
}

// A page of ones, a table full of it, a table full of that one, and so on.
void ept_fill(struct ept *ept)
{
    void *ones = memset(page_alloc(), 0xFF, PAGE_SIZE);

    ept->nothing[1] =
        virt_to_phys(ones) | MEMORY_TYPE_WB << EPT_TYPE_SHIFT | EPT_READ | EPT_EXECUTE;
    for (unsigned level = 2; level <= EPT_LEVELS; level++)
        ept->nothing[level] = virt_to_phys(table_create(ept, level - 1)) | EPT_ALL;
    fill(ept, ept->root, EPT_LEVELS);
}

enum ept_status ept_hole(struct ept *ept, uint64_t gpa)
{
    return gpa % PAGE_SIZE ? EPT_UNALIGNED : map_page(ept, gpa, 0, 1);
}

// The entry in which the way of `gpa` ends, and its level: a leaf, or one that maps nothing.
static uint64_t *end_of(const struct ept *ept, uint64_t gpa, unsigned *level)
{
    uint64_t *entry = &ept->root[index_at(gpa, *level = EPT_LEVELS)];

    while (!is_nothing(ept, *entry, *level) && !is_leaf(*entry, *level)) {
        --*level;
        entry = &table_of(*entry)[index_at(gpa, *level)];
    }
    return entry;
}

// A table that says what the one entry above it says: a page of 2 MiB, or nothing.
static uint64_t *table_like(const struct ept *ept, uint64_t entry, unsigned level)
{
    uint64_t *table = table_create(ept, level);

    for (unsigned i = 0; i < 512 && !is_nothing(ept, entry, level + 1); i++)
        table[i] = (entry & ~EPT_LEAF) + i * PAGE_SIZE;
    return table;
}

enum ept_status ept_cover(struct ept *ept, uint64_t gpa)
{
    unsigned level;
    uint64_t *entry, *table;

    uncover(ept);
    if (gpa % PAGE_SIZE)
        return EPT_UNALIGNED;
    if (gpa >> 48)
        return EPT_TOO_HIGH;
    entry = end_of(ept, gpa, &level);
    ept->covered.entry = entry;
    ept->covered.was = *entry;
    ept->covered.level = level;
    while (level-- > 1) {
        table = table_like(ept, *entry, level);
        *entry = virt_to_phys(table) | EPT_ALL;
        entry = &table[index_at(gpa, level)];
    }
    *entry = 0;
    return EPT_OK;
}

void ept_allow(struct ept *ept, uint64_t gpa, uint64_t size, unsigned access)
{
    for (uint64_t end = gpa + size; gpa < end; gpa += PAGE_SIZE) {
        unsigned level;
        uint64_t *entry = end_of(ept, gpa, &level);

        if (!is_nothing(ept, *entry, level))
            *entry = (*entry & ~(uint64_t)EPT_ALL) | access;
    }
}

struct ept_walk ept_walk(const struct ept *ept, uint64_t gpa)
{
    struct ept_walk walk = {0};
    const uint64_t *table = ept->root;

    for (unsigned level = EPT_LEVELS; level > 0; level--) {
        uint64_t entry = table[index_at(gpa, level)];

        walk.entry[walk.depth++] = entry;
        walk.page_size = span_at(level);
        if (!is_present(entry))
            return walk;
        if (is_leaf(entry, level)) {
            walk.mapped = true;
            walk.hpa = (entry & EPT_ADDRESS & ~(walk.page_size - 1)) | (gpa % walk.page_size);
            return walk;
        }
        table = table_of(entry);
    }
    return walk;
}

bool ept_is_memory(const struct ept *ept, const struct ept_walk *walk)
{
    return walk->mapped && walk->entry[walk->depth - 1] != ept->nothing[1];
}

static bool overlaps(uint64_t start, uint64_t size, uint64_t first, uint64_t last)
{
    return start <= last && first <= start + size - 1;
}

static bool table_reaches(const struct ept *ept, const uint64_t *table, unsigned level,
                          uint64_t first, uint64_t last)
{
    for (unsigned i = 0; i < 512; i++) {
        uint64_t entry = table[i];

        if (is_nothing(ept, entry, level))
            continue;
        if (is_leaf(entry, level)
                ? overlaps(entry & EPT_ADDRESS & ~(span_at(level) - 1), span_at(level), first, last)
                : table_reaches(ept, table_of(entry), level - 1, first, last))
            return true;
    }
    return false;
}

bool ept_reaches(const struct ept *ept, uint64_t first, uint64_t last)
{
    return table_reaches(ept, ept->root, EPT_LEVELS, first, last);
}

uint64_t ept_pointer(const struct ept *ept)
{
    return virt_to_phys(ept->root) | EPT_POINTER_WALK | MEMORY_TYPE_WB;
}

const char *ept_entry_fault(const struct vmx_capability *cap, uint64_t entry, unsigned level)
{
    unsigned type = entry >> EPT_TYPE_SHIFT & 7;

    if (!is_present(entry))
        return NULL;
    if ((entry & EPT_WRITE) && !(entry & EPT_READ))
        return "writable but not readable";
    if ((entry & EPT_ALL) == EPT_EXECUTE && !(cap->ept_vpid & EPT_CAP_EXECUTE_ONLY))
        return "executable but not readable, which this CPU lacks";
    if ((entry & EPT_ADDRESS) >> cap->physical_bits)
        return "the address is wider than a physical address";
    if (level == EPT_LEVELS && (entry & 0xF8))
        return "bits 7:3 of a PML4E are reserved";
    if (!is_leaf(entry, level))
        return entry & 0x78 ? "bits 6:3 of an entry for a table are reserved" : NULL;
    if (type == 2 || type == 3 || type == 7)
        return "the memory type is reserved";
    if (level > 1 && (entry & EPT_ADDRESS & (span_at(level) - 1)))
        return "the address is no multiple of the page's size";
    return NULL;
}
