// Running a guest.

#ifndef VMM_RUN_H
#define VMM_RUN_H

#include "vmm/vcpu/vcpu.h"

// Runs the guest until it is done. Returns how it ended; unless that was MACHINE_OFF, a report has
// been printed. The VMCS still holds the state of its last moment.
enum machine_status vcpu_run(struct vcpu *vcpu);

#endif
