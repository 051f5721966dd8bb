// ACPI's root pointer: where it is found, and what is none.

#include "common/pc/acpi/rsdp.h"

#include <string.h>

#include "common/test/tap.h"

static uint8_t memory[0x100000];

// The byte that makes the sum of all 0.
static uint8_t balance(const void *bytes, size_t size)
{
    const uint8_t *byte = bytes;
    uint8_t sum = 0;

    while (size--)
        sum -= *byte++;
    return sum;
}

// In empty memory with an EBDA, one of this revision, at this address.
static struct acpi_rsdp *place(uint64_t address, uint8_t revision)
{
    struct acpi_rsdp *rsdp = (struct acpi_rsdp *)(memory + address);

    memset(memory, 0, sizeof(memory));
    memory[0x40F] = 0x9F;  // the EBDA is at 0x9F000
    memcpy(rsdp->signature, "RSD PTR ", 8);
    rsdp->revision = revision;
    if (revision >= 2)
        rsdp->length = sizeof(*rsdp);
    rsdp->checksum = balance(rsdp, 20);
    if (revision >= 2)
        rsdp->extended_checksum = balance(rsdp, sizeof(*rsdp));
    return rsdp;
}

static void found(uint64_t address, uint8_t revision, uint64_t expected, const char *what)
{
    place(address, revision);
    is_int(rsdp_search(memory), expected, "%s", what);
}

int main(void)
{
    is_int(rsdp_search(memory), 0, "no EBDA, and nothing: none");
    found(0x9F000, 0, 0x9F000, "at the start of the EBDA");
    found(0x9F3F0, 2, 0x9F3F0, "at the end of its first KiB");
    found(0x9F400, 2, 0, "not behind it");
    found(0xE0000, 2, 0xE0000, "at E0000h");
    found(0xDFFF0, 2, 0, "not before");
    found(0xFFFE0, 0, 0xFFFE0, "at the last place where one of ACPI 1.0 ends before 1 MiB");
    found(0xFFFD0, 2, 0xFFFD0, "and one of 2.0");
    found(0xE0008, 0, 0, "not where no multiple of 16 is");

    place(0xFFFD0, 2)->length = 49;
    is_int(rsdp_search(memory), 0, "not one that would go on behind 1 MiB");
    place(0xF0000, 2)->length = 35;
    is_int(rsdp_search(memory), 0, "not one that is too short for its revision");
    place(0xF0000, 0)->checksum ^= 1;
    is_int(rsdp_search(memory), 0, "not one with a wrong sum");
    place(0xF0000, 2)->extended_checksum ^= 1;
    is_int(rsdp_search(memory), 0, "nor with a wrong sum of all");
    place(0xF0000, 2);
    memory[0xE0000 + 3] = 0;
    memcpy(memory + 0xE0000, "RSD PTR ", 8);
    memory[0xE0008] = 1;
    is_int(rsdp_search(memory), 0xF0000, "and behind such a one the search goes on");
    return done_testing();
}
