// Running a guest.

#ifndef VMM_RUN_H
#define VMM_RUN_H

#include "vmm/vcpu/vcpu.h"

// Runs the guest until it is done. Returns how it ended; unless that was VM_POWERED_OFF, a report
// has been printed. The VMCS still holds the state of its last moment.
enum vm_status vcpu_run(struct vcpu *vcpu);

#endif
