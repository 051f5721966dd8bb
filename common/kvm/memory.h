// Guest-physical memory: host pages of this process, shown to the guest through KVM's memory slots.
//
// Taught in book/01_hello (one slot, by hand) and book/02_bios (ROM, shadow, RAM).

#ifndef COMMON_KVM_MEMORY_H
#define COMMON_KVM_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

#include "common/pc/guest_ram.h"
#include "common/pc/x86.h"

// RAM stops here and goes on at 4 GiB: the gap is where a PC keeps its devices, APICs and firmware.
#define RAM_GAP_START GIB(3)
#define RAM_GAP_END   GIB(4)

#define MEMORY_SLOTS 8

// One slot: `size` bytes at guest-physical `gpa` are the pages at `host`.
struct memory_slot {
    const char *name;
    uint64_t gpa;   // bytes, multiple of 4 KiB
    uint64_t size;  // bytes, multiple of 4 KiB
    uint8_t *host;
    bool read_only;  // a write leaves the guest as an MMIO exit and changes nothing
};

struct memory {
    int vm_fd;
    unsigned count;
    struct memory_slot slots[MEMORY_SLOTS];
};

// Adds `size` bytes of zeroed memory at `gpa`, both multiples of 4 KiB. Returns the host address.
// Sizes of 2 MiB and more are aligned for, and advised to use, huge pages. Failures end the
// program. Source: KVM API, "KVM_SET_USER_MEMORY_REGION".
uint8_t *memory_add(struct memory *memory, const char *name, uint64_t gpa, uint64_t size);

// The same for pages that the guest can read and run but not write.
uint8_t *memory_add_read_only(struct memory *memory, const char *name, uint64_t gpa, uint64_t size);

// Adds `size` bytes of RAM from address 0, split around the gap below 4 GiB where there is more.
void memory_add_ram(struct memory *memory, uint64_t size);

// The host address of `size` bytes at guest-physical `gpa`, or NULL unless one slot has them all.
uint8_t *memory_at(const struct memory *memory, uint64_t gpa, uint64_t size);

// RAM of `size` bytes, as memory_add_ram() added it, in the form that common/pc works with.
struct guest_ram memory_ram(struct memory *memory, uint64_t size);

#endif
