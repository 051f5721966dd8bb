// What EPT doesn't let the guest do.

#include "vmm/exits/exits.h"

#include "vmm/memory/memory.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

// Bit 12 of the exit qualification: the access was that of an IRET which had already ended the
// blocking by NMI, and which runs again. Source: SDM Vol. 3, "Exit Qualification for EPT
// Violations".
#define NMI_UNBLOCKED (1u << 12)

// The cause is gone and the access is made again. What goes with that: an IRET must find NMIs
// blocked, as it did the first time.
static enum resume retry(uint64_t qualification)
{
    if ((qualification & NMI_UNBLOCKED) && !(vmcs_read(IDT_VECTORING_INFO) & EVENT_VALID))
        vmcs_write(GUEST_INTERRUPTIBILITY, vmcs_read(GUEST_INTERRUPTIBILITY) | BLOCKING_NMI);
    return RESUME_RETRY;
}

enum resume exit_ept_violation(struct vcpu *vcpu)
{
    uint64_t qualification = vmcs_read(EXIT_QUALIFICATION);
    uint64_t access = qualification & (EPT_READ | EPT_WRITE | EPT_EXECUTE);
    struct guest *guest = vcpu->guest;

    if (access == EPT_READ && guest->empty_bus &&
        memory_add_bus(&guest->ept, vmcs_read(GUEST_PHYSICAL_ADDRESS)))
        return retry(qualification);
    return guest_crash(vcpu, "it touches what is not its memory");
}

enum resume exit_ept_misconfig(struct vcpu *vcpu)
{
    return vmm_bug(vcpu, "the EPT has an entry that no CPU accepts: a mistake of the hypervisor");
}
