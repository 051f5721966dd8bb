// VMX operation: asking the firmware, asking the CPU, switching it on and off.

#ifndef VMM_VMX_VMXON_H
#define VMM_VMX_VMXON_H

#include "vmm/vmx/capability.h"

// Enters VMX root operation, and tells in `cap` what this CPU can do. Where the firmware has locked
// VMX, or the CPU lacks something that we need, says so by name and ends the machine with
// VM_REFUSED. Source: SDM Vol. 3, "Enabling and Entering VMX Operation".
void vmx_on(struct vmx_capability *cap);

// Leaves it.
void vmx_off(void);

#endif
