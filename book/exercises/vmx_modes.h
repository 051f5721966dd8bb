// A VMCS for a guest in any mode, filled by the reader's code and seen by the checker of the stage.
// Included by one file of a program.

#ifndef VMX_MODES_H
#define VMX_MODES_H

#include "vmx_unit.h"

#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "test/unit/fake/fake_vmcs.h"
#include "test/unit/fake/haswell.h"
#include "vmm/entry_check/check.h"
#include "vmm/guests/start.h"
#include "vmm/vcpu/setup.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmx.h"

// In place of kernel/console/console.c: vmcs_is_valid() would print.
int kprintf(const char *format, ...)
{
    (void)format;
    return 0;
}

enum mode { REAL, PROTECTED, PAE, LONG };

static const char *const mode_names[] = {"real", "protected", "PAE", "64-bit"};

// A page below 64 GiB.
UNIT_UNUSED static uint64_t random_page(void)
{
    return random_from(1, (1 << 24) - 1) << 12;
}

static struct guest_state random_start(enum mode mode)
{
    uint64_t rip = random_from(0, 0xFFFF), cr3 = random_page() & 0xFFFFF000;

    switch (mode) {
    case PROTECTED: return guest_state_protected(rip);
    case PAE: return guest_state_pae(rip, cr3);
    case LONG: return guest_state_long(rip, cr3);
    default: return guest_state_real((uint16_t)(rip & 0xF000), rip & 0xF000, rip);
    }
}

// Fills the VMCS for a guest in `mode`, with this EPT pointer. Returns how many rules it breaks.
UNIT_UNUSED static unsigned vmcs_violations(enum mode mode, uint64_t eptp)
{
    static const struct host_state host = {
        .cr0 = 0x80010033,
        .cr3 = 0x5000,
        .cr4 = 0x2020,
        .efer = EFER_LME | EFER_LMA | EFER_NXE,
        .pat = PAT_RESET,
        .gdt_base = 0x101000,
        .idt_base = 0x102000,
        .tss_base = 0x103000,
        .rip = 0x104000,
    };
    struct vmx_capability cap = haswell;
    struct guest_state start = random_start(mode);
    struct vmcs_violation violation;

    cap.physical_bits = (unsigned)random_from(36, 46);
    fake_vmcs_reset();
    vmcs_set_controls(&cap, eptp, random_page(), random_page());
    vmcs_set_host(&host);
    vmcs_set_guest(&cap, &start);
    return vmcs_check(&cap, &violation, 1);
}

#endif
