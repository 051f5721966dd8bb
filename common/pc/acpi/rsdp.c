// The search and the check of rsdp.h.

#include "common/pc/acpi/rsdp.h"

#include <string.h>

#define EBDA_SEGMENT 0x40E  // in the BIOS data area: the EBDA's address, in units of 16 bytes
#define EBDA_SEARCH  1024
#define BIOS_START   0xE0000
#define BIOS_END     0x100000
#define STEP         16

static uint8_t sum(const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    uint8_t total = 0;

    while (size--)
        total += *byte++;
    return total;
}

bool rsdp_good(const struct acpi_rsdp *rsdp, size_t room)
{
    size_t old = offsetof(struct acpi_rsdp, length);

    if (room < old || memcmp(rsdp->signature, "RSD PTR ", 8) != 0 || sum(rsdp, old) != 0)
        return false;
    return rsdp->revision < 2 || (room >= sizeof(*rsdp) && rsdp->length >= sizeof(*rsdp) &&
                                  rsdp->length <= room && sum(rsdp, rsdp->length) == 0);
}

static uint64_t range_search(const uint8_t *memory, uint64_t start, uint64_t end)
{
    for (uint64_t at = start; at < end; at += STEP)
        if (rsdp_good((const struct acpi_rsdp *)(memory + at), BIOS_END - at))
            return at;
    return 0;
}

uint64_t rsdp_search(const uint8_t *memory)
{
    uint64_t ebda = (memory[EBDA_SEGMENT] | memory[EBDA_SEGMENT + 1] << 8) * 16u;
    uint64_t found = 0;

    if (ebda && ebda + EBDA_SEARCH <= BIOS_START)
        found = range_search(memory, ebda, ebda + EBDA_SEARCH);
    return found ? found : range_search(memory, BIOS_START, BIOS_END);
}
