// The machine's own root pointer (RSDP), where its ACPI tables begin. Stage 05 says whose they are,
// and reads no further.

#ifndef COMMON_PC_ACPI_RSDP_H
#define COMMON_PC_ACPI_RSDP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/pc/acpi/acpi_tables.h"

// Is this one, inside `room` bytes, with sums that are right?
bool rsdp_good(const struct acpi_rsdp *rsdp, size_t room);

// Looks for it where a BIOS leaves it: in the first KiB of its extended data area (EBDA), and from
// 0xE0000 to 1 MiB. `memory` is what the first MiB is at. Returns its physical address, or 0.
// Source: ACPI specification, "Finding the RSDP on IA-PC Systems".
uint64_t rsdp_search(const uint8_t *memory);

#endif
