// UEFI's map of memory, as the kernel gets it.

#include "boot/uefi/map.h"
#include "common/test/tap.h"

#define STEP 48  // firmware's ranges are longer than the specification's

static uint8_t map[STEP * 300];
static struct boot_info info;

static void put(unsigned index, uint32_t type, uint64_t base, uint64_t pages)
{
    struct uefi_range range = {.type = type, .base = base, .pages = pages};

    memset(map + index * STEP, 0xFF, STEP);
    memcpy(map + index * STEP, &range, sizeof(range));
}

static void is_range(unsigned index, uint64_t base, uint64_t size, bool usable)
{
    is_int(info.e820[index].base, base, "range %u: base", index);
    is_int(info.e820[index].size, size, "range %u: size", index);
    ok(e820_usable(&info.e820[index]) == usable, "range %u: usable or not", index);
}

static void test_types(void)
{
    put(0, UEFI_BOOT_SERVICES_CODE, 0, 1);
    put(1, UEFI_CONVENTIONAL, 0x1000, 0x9F);
    put(2, UEFI_CONVENTIONAL, 0x100000, 0x700);
    put(3, 10, 0x800000, 8);  // ACPI NVS
    put(4, UEFI_BOOT_SERVICES_DATA, 0x808000, 8);
    put(5, UEFI_LOADER_CODE, 0x810000, 1);
    put(6, UEFI_LOADER_DATA, 0x811000, 1);
    put(7, 5, 0x812000, 1);           // runtime services' code
    put(8, 6, 0x813000, 1);           // and data: not ours either
    put(9, 0x80000000, 0x814000, 1);  // nothing that we know
    map_convert(&info, map, 10 * STEP, STEP);
    is_int(info.e820_count, 5, "neighbours of a kind are one range");
    is_range(0, 0, 0xA0000, true);
    is_range(1, 0x100000, 0x700000, true);
    is_range(2, 0x800000, 0x8000, false);
    is_range(3, 0x808000, 0xA000, true);
    is_range(4, 0x812000, 0x3000, false);

    ok(map_usable(&info, 0x100000, 0x300000), "in a usable range");
    ok(map_usable(&info, 0x100000, 0x800000), "all of it");
    ok(!map_usable(&info, 0x100000, 0x800001), "a byte more");
    ok(!map_usable(&info, 0xFFFFF, 0x300000), "a byte less");
    ok(!map_usable(&info, 0x812000, 0x813000), "not in one that is the firmware's");
}

static void test_many(void)
{
    for (unsigned i = 0; i < 300; i++)
        put(i, i % 2 ? UEFI_CONVENTIONAL : 0, i * 0x1000ull, 1);
    map_convert(&info, map, sizeof(map), STEP);
    is_int(info.e820_count, INFO_E820_MAX, "more than there is room for: the first");
    is_range(INFO_E820_MAX - 1, (INFO_E820_MAX - 1) * 0x1000ull, 0x1000, true);
    map_convert(&info, map, STEP + 40, STEP);
    is_int(info.e820_count, 1, "half a range is none");
}

int main(void)
{
    test_types();
    test_many();
    return done_testing();
}
