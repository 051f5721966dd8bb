// The guest's mode: see guest_mode.h.

#include "vmm/vcpu/guest_mode.h"

#include "kernel/cpu.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

struct guest_paging guest_paging_now(const struct vcpu *vcpu)
{
    struct guest_paging paging = {
        .cr0 = vmcs_read(GUEST_CR0),
        .cr3 = vmcs_read(GUEST_CR3),
        .cr4 = vmcs_read(GUEST_CR4),
        .efer = vmcs_read(GUEST_EFER),
        .rflags = vmcs_read(GUEST_RFLAGS),
        .physical_bits = vcpu->cap->physical_bits,
    };

    for (unsigned i = 0; i < 4; i++)
        paging.pdpte[i] = vmcs_read(GUEST_PDPTE0 + 2 * i);
    return paging;
}

// In virtual-8086 mode too, SS says 3. Source: SDM Vol. 3, "Checks on Guest Segment Registers".
unsigned guest_cpl(void)
{
    return ACCESS_DPL(vmcs_read(GUEST_SS_ACCESS));
}
