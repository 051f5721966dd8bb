// Guest-physical memory: pages of ours, shown to the guest through EPT and through nothing else.

#ifndef VMM_MEMORY_MEMORY_H
#define VMM_MEMORY_MEMORY_H

#include <stdint.h>

#include "vmm/memory/ept.h"

// Gives the guest `size` bytes of zeroed memory at `gpa`, both multiples of 4 KiB. Pieces of 2 MiB
// that `gpa` and `size` allow are contiguous and mapped as one page, and so is what remains before
// and behind. Ends the machine with VM_BAD_USAGE and a sentence where that would leave the
// hypervisor too little; panics where `gpa` has memory already.
void memory_add(struct ept *ept, uint64_t gpa, uint64_t size);

// The same, but with what the firmware has left in it, or zeros: for a guest that clears what it
// uses, as it has to on a PC.
void memory_add_as_it_is(struct ept *ept, uint64_t gpa, uint64_t size);

// The same for a ROM, whose `size` bytes are `data`. The guest reads and executes it; a write is an
// EPT violation.
void memory_add_rom(struct ept *ept, uint64_t gpa, const void *data, uint64_t size);

// Gives back all of the guest's memory, and its EPT.
void memory_destroy(struct ept *ept);

// Our pointer to `size` bytes at `gpa`, or NULL unless the guest has them all, contiguously.
void *memory_at(const struct ept *ept, uint64_t gpa, uint64_t size);

#endif
