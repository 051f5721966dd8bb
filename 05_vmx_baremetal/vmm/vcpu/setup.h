// Filling the current VMCS: controls, host state, guest state; and the bitmaps that it points to.
// Pure but for vmcs_write(), so that the unit tests fill one on the host.

#ifndef VMM_VCPU_SETUP_H
#define VMM_VCPU_SETUP_H

#include <stddef.h>
#include <stdint.h>

#include "common/pc/port.h"
#include "vmm/guests/start.h"
#include "vmm/vmx/capability.h"

// What an exit loads into the CPU. The selectors are those of kernel/trap/descriptor.h.
struct host_state {
    uint64_t cr0, cr3, cr4, efer, pat;
    uint64_t gdt_base, idt_base, tss_base;
    uint64_t rip;  // RSP is written by each entry
};

// Writes every control field but the exception bitmap: those of controls.h, which the CPU must
// have, no event to inject. `eptp` is the value of EPT_POINTER; the bitmaps' addresses are
// physical.
void vmcs_set_controls(const struct vmx_capability *cap, uint64_t eptp, uint64_t msr_bitmap,
                       uint64_t io_bitmap);

void vmcs_set_host(const struct host_state *host);

// Writes the state in which the guest starts, and the exceptions that are exits in it. In PAE mode
// GUEST_PDPTE0 to 3 are 0 and are left to the caller, who can read the guest's memory.
void vmcs_set_guest(const struct vmx_capability *cap, const struct guest_state *state);

// Fills the 4 KiB page `bitmap`: every MSR exits, except those that the guest has to itself.
// Source: SDM Vol. 3, "MSR-Bitmap Address".
void msr_bitmap_fill(uint8_t *bitmap);

#define IO_BITMAP_SIZE 8192  // bytes: two pages, a bit for each of 65,536 ports

// Fills `bitmap`: every port exits, except those that the table of `count` rows gives to the guest
// straight from the machine, by host_in() and host_out(). Source: SDM Vol. 3, "I/O-Bitmap
// Addresses".
void io_bitmap_fill(uint8_t *bitmap, const struct port_range *ports, size_t count);

#endif
