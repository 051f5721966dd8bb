// The map of map.h. Source: UEFI specification, "Memory Type Usage after ExitBootServices()".

#include "boot/uefi/map.h"

#include "common/pc/x86.h"

#define E820_RESERVED 2

static uint32_t e820_type(uint32_t type)
{
    switch (type) {
    case UEFI_LOADER_CODE:
    case UEFI_LOADER_DATA:
    case UEFI_BOOT_SERVICES_CODE:
    case UEFI_BOOT_SERVICES_DATA:
    case UEFI_CONVENTIONAL: return E820_USABLE;
    default: return E820_RESERVED;  // runtime services, ACPI's tables, devices, what is new
    }
}

static void range_add(struct boot_info *info, const struct uefi_range *range)
{
    struct e820_range new = {.base = range->base,
                             .size = range->pages * PAGE_SIZE,
                             .type = e820_type(range->type),
                             .attributes = 1};
    struct e820_range *last = info->e820 + info->e820_count - 1;

    if (info->e820_count && e820_end(last) == new.base && last->type == new.type)
        last->size += new.size;
    else if (info->e820_count < INFO_E820_MAX)
        info->e820[info->e820_count++] = new;
}

void map_convert(struct boot_info *info, const void *map, size_t bytes, size_t step)
{
    info->e820_count = 0;
    for (size_t at = 0; at + step <= bytes; at += step)
        range_add(info, (const struct uefi_range *)((const uint8_t *)map + at));
}

bool map_usable(const struct boot_info *info, uint64_t start, uint64_t end)
{
    for (uint32_t i = 0; i < info->e820_count; i++)
        if (e820_usable(&info->e820[i]) && info->e820[i].base <= start &&
            end <= e820_end(&info->e820[i]))
            return true;
    return false;
}
