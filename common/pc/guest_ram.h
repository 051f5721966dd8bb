// Guest RAM as code sees it that doesn't know who virtualises: the hypervisor says how much there
// is and how to reach it. Under KVM a guest-physical address is an offset into this process'
// memory; on bare metal it goes through the same tables that EPT walks.
//
// Taught in book/03_linux_boot. Used by stages 03 and 04 under KVM and by 05 on bare metal.

#ifndef COMMON_PC_GUEST_RAM_H
#define COMMON_PC_GUEST_RAM_H

#include <stdbool.h>
#include <stdint.h>

// No access crosses a multiple of this, so it is enough that RAM is contiguous in such pieces.
#define GUEST_RAM_PIECE (2u << 20)

// Low RAM ends here at the latest: the last GiB below 4 GiB belongs to devices.
#define GUEST_RAM_LOW_MAX (3ull << 30)

struct guest_ram {
    uint64_t low;   // bytes of RAM from address 0, at most GUEST_RAM_LOW_MAX
    uint64_t high;  // bytes of RAM from 4 GiB
    // The host's pointer to `size` bytes at guest-physical `gpa`, or NULL if there is no RAM. Not
    // set: only the sizes are known yet, which is enough for guest_ram_has().
    void *(*at)(void *context, uint64_t gpa, uint64_t size);
    void *context;
};

// RAM of `size` bytes in total, split around the devices' gap; `at` is not set.
struct guest_ram guest_ram_sized(uint64_t size);

// Can all `size` bytes at `gpa` be reached? Ask first: the three below rely on it.
bool guest_ram_has(const struct guest_ram *ram, uint64_t gpa, uint64_t size);

// Copies `size` bytes of `data` to `gpa`.
void guest_ram_write(const struct guest_ram *ram, uint64_t gpa, const void *data, uint64_t size);

// Copies `size` bytes at `gpa` to `data`.
void guest_ram_read(const struct guest_ram *ram, uint64_t gpa, void *data, uint64_t size);

// Zeroes `size` bytes at `gpa`.
void guest_ram_clear(const struct guest_ram *ram, uint64_t gpa, uint64_t size);

#endif
