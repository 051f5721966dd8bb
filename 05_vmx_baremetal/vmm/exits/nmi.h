// NMIs: those of the machine, which are the hypervisor's, and those for the guest.
//
// An NMI can't be masked, but it blocks the next until IRET. With the control "virtual NMIs" the
// CPU keeps count of that for the guest: injecting one sets "blocking by NMI" in the guest's
// interruptibility state, the guest's IRET clears it, and an NMI-window exit tells us.
// Source: SDM Vol. 3, "Pin-Based VM-Execution Controls", "Guest Non-Register State".

#ifndef VMM_EXITS_NMI_H
#define VMM_EXITS_NMI_H

#include "vmm/vcpu/vcpu.h"

// An NMI for the guest, as soon as it takes one. A second one before that is the same one.
void nmi_raise(struct vcpu *vcpu);

// Before every entry, ahead of interrupt_prepare(): an NMI is more urgent than any interrupt.
void nmi_prepare(struct vcpu *vcpu);

// After an exit with REASON_NMI_WINDOW.
enum resume exit_nmi_window(struct vcpu *vcpu);

// After an exit with REASON_EXCEPTION_NMI: no exception is intercepted, so it is an NMI of the
// machine, by which its hardware reports that it has failed. Nothing can be trusted any more.
enum resume exit_nmi(struct vcpu *vcpu);

#endif
