// The state that a guest's CPU starts in.

#ifndef VMM_GUESTS_START_H
#define VMM_GUESTS_START_H

#include <stdint.h>

// A segment register with its hidden part.
struct segment {
    uint16_t selector;
    uint64_t base;
    uint32_t limit, access;
};

// What differs from guest to guest when it starts. The rest is as after a reset.
struct guest_state {
    uint64_t cr0, cr3, cr4, efer;
    uint64_t rip, rsp, rflags;
    uint64_t rsi;               // the one argument that any of our guests takes
    struct segment code, data;  // data: SS, DS, ES, FS and GS alike
    uint64_t gdt_base;
    uint32_t gdt_limit;
};

// The four ways to start, flat segments in all but the first; `rip` is the first instruction's
// offset in CS. Real mode: CS is `selector` with `base`, which need not be 16 times the selector,
// as after a reset. PAE and long mode: `cr3` is the GPA of the guest's page tables.
struct guest_state guest_state_real(uint16_t selector, uint64_t base, uint64_t rip);
struct guest_state guest_state_protected(uint64_t rip);
struct guest_state guest_state_pae(uint64_t rip, uint64_t cr3);
struct guest_state guest_state_long(uint64_t rip, uint64_t cr3);

#endif
