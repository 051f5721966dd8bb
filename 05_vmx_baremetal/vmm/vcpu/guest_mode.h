// What the guest is doing right now: three questions about its mode, answered from the VMCS.

#ifndef VMM_VCPU_GUEST_MODE_H
#define VMM_VCPU_GUEST_MODE_H

#include "vmm/memory/guest_paging.h"
#include "vmm/vcpu/vcpu.h"
#include "vmm/vmx/access.h"
#include "vmm/vmx/guest_state.h"

// How does it translate?
struct guest_paging guest_paging_now(const struct vcpu *vcpu);

// Is it in 64-bit code, where addresses have 64 bits and most segments mean nothing?
static inline bool guest_is_64_bit(void)
{
    return (vmcs_read(GUEST_EFER) & EFER_LMA) && (vmcs_read(GUEST_CS_ACCESS) & ACCESS_L);
}

// The privilege level of the code that runs: 0 to 3.
unsigned guest_cpl(void);

#endif
