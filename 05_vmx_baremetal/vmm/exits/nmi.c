// NMIs, those of the machine, which are the hypervisor's, and those for the guest.
//
// An NMI can't be masked, but it blocks the next until IRET. With the control "virtual NMIs" the
// CPU keeps count of that for the guest: injecting one sets "blocking by NMI" in the guest's
// interruptibility state, the guest's IRET clears it, and an NMI-window exit tells us.
// Source: SDM Vol. 3, "Pin-Based VM-Execution Controls", "Guest Non-Register State".

#include "vmm/exits/exits.h"

#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

void nmi_raise(struct vcpu *vcpu)
{
    vcpu->nmi_pending = true;
}

static bool can_inject(void)
{
    return !entry_is_taken() && !(vmcs_read(GUEST_INTERRUPTIBILITY) & (BLOCKING_SS | BLOCKING_NMI));
}

void nmi_prepare(struct vcpu *vcpu)
{
    if (!can_inject()) {
        vmcs_write(CPU_CONTROLS, vmcs_read(CPU_CONTROLS) | CPU_NMI_WINDOW);
        return;
    }
    vmcs_write(ENTRY_INTERRUPTION_INFO, EVENT_VALID | EVENT_NMI << 8 | EXCEPTION_NMI);
    // STI needn't hold NMIs back, and some CPUs refuse an entry that has both. Waiting for a window
    // would not help: the CPU may open it behind STI. Source: SDM Vol. 3, "Checks on Guest
    // Non-Register State", "NMI-Window Exiting".
    vmcs_write(GUEST_INTERRUPTIBILITY, vmcs_read(GUEST_INTERRUPTIBILITY) & ~(uint64_t)BLOCKING_STI);
    vcpu->nmi_pending = false;
}

enum resume exit_nmi_window(struct vcpu *vcpu)
{
    (void)vcpu;
    vmcs_write(CPU_CONTROLS, vmcs_read(CPU_CONTROLS) & ~(uint64_t)CPU_NMI_WINDOW);
    return RESUME_RETRY;  // nmi_prepare() goes through it
}

enum resume exit_nmi(struct vcpu *vcpu)
{
    uint32_t event = (uint32_t)vmcs_read(EXIT_INTERRUPTION_INFO);

    if (EVENT_TYPE(event) == EVENT_NMI)
        return vmm_bug(vcpu, "an NMI of the machine: its hardware reports that it has failed");
    switch (EVENT_VECTOR(event)) {
    case EXCEPTION_NM: return exit_x87_watched(vcpu);
    case EXCEPTION_MF: return exit_x87_error(vcpu);
    case EXCEPTION_MC: return vmm_bug(vcpu, "a machine check: the hardware has failed");
    default: return vmm_bug(vcpu, "exception %u, which nobody intercepts", EVENT_VECTOR(event));
    }
}
