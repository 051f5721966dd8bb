// The firmware's map of memory as the kernel knows it from a BIOS.

#ifndef BOOT_UEFI_MAP_H
#define BOOT_UEFI_MAP_H

#include "boot/info.h"
#include "boot/uefi/uefi.h"

// Fills in e820_count and e820: what is free once boot services have ended, and the rest, which is
// not ours. `map` is what GetMemoryMap gave: `bytes` of ranges, each `step` bytes long. Neighbours
// of one kind become one range, because UEFI's map is longer than a BIOS's; what has no room even
// so is left out, and with that not used.
void map_convert(struct boot_info *info, const void *map, size_t bytes, size_t step);

// Is the memory from `start` up to, not including, `end` inside one usable range?
bool map_usable(const struct boot_info *info, uint64_t start, uint64_t end);

#endif
