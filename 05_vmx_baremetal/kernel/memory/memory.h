// The hypervisor's own address space: what of memory is mapped, and how.

#ifndef KERNEL_MEMORY_H
#define KERNEL_MEMORY_H

#include "boot/info.h"

// Builds the page tables and switches to them:
//
//   usable memory from 1 MiB on     read, write
//   the hypervisor's .text          read, execute
//   its .rodata, the payloads       read
//   the screen                      read, write, gathered
//   below each stack, below 1 MiB   nothing: also what a NULL pointer points to
//
// The page allocator must be ready. `boot` is below 1 MiB and gone afterwards.
void memory_init(const struct boot_info *boot);

// Lets the pages of the `size` bytes at `start`, those of a payload, be written from now on, and
// returns `start` for that.
void *memory_unlock(const void *start, uint64_t size);

#endif
