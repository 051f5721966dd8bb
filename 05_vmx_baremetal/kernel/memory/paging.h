// The hypervisor's page tables: 4 levels, every address mapped to itself or not at all, nothing
// both writable and executable (W^X).

#ifndef KERNEL_MEMORY_PAGING_H
#define KERNEL_MEMORY_PAGING_H

#include <stdbool.h>
#include <stdint.h>

#include "boot/info.h"
#include "common/pc/x86.h"

// What a mapping allows. MAP_NONE leaves nothing there: a guard page. MAP_SCREEN is MAP_READ_WRITE,
// but writes may be gathered, and leave in bursts: entry 1 of PAT_WITH_WC.
enum map_access { MAP_NONE, MAP_READ, MAP_READ_WRITE, MAP_READ_EXECUTE, MAP_SCREEN };

// Maps `size` bytes from `address` to themselves, both multiples of 4 KiB, replacing what was
// there. Large pages (2 MiB) are used where they fit, and split where part of one changes. `root`
// is the PML4.
void paging_map(uint64_t *root, uint64_t address, uint64_t size, enum map_access access);

// The entry that maps `address`, 0 if none does; `*size` (unless NULL) gets the size of its page.
uint64_t paging_entry(const uint64_t *root, uint64_t address, uint64_t *size);

#endif
