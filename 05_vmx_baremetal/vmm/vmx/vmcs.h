// The virtual-machine control structure: one 4 KiB region for each guest CPU, in a format of the
// CPU's own, reached only through VMREAD and VMWRITE.

#ifndef VMM_VMX_VMCS_H
#define VMM_VMX_VMCS_H

#include <stdint.h>

#include "vmm/vmx/fields.h"
#include "vmm/vmx/instructions.h"

// Reads or writes a field of the current VMCS. A field that the CPU refuses is a bug of ours: the
// machine stops with its name. Source: SDM Vol. 3, "VMREAD", "VMWRITE".
uint64_t vmcs_read(enum vmcs_field field);
void vmcs_write(enum vmcs_field field, uint64_t value);

// Allocates a VMCS, marks it as not launched and makes it the current one. `basic` is
// IA32_VMX_BASIC. Returns its physical address.
uint64_t vmcs_create(uint64_t basic);

// Takes the VMCS at `address` away from the CPU, which then has no current one.
void vmcs_destroy(uint64_t address);

// Stops the machine unless `status` is success: "VMPTRLD: invalid revision identifier".
void vmcs_demand(enum vmx_status status, const char *instruction);

// What the number in VM_INSTRUCTION_ERROR means, in the words of SDM Vol. 3, "VM Instruction Error
// Numbers".
const char *vmx_error_name(uint32_t number);

// Every field that this CPU has, by name and encoding, on the console.
void vmcs_dump(void);

#endif
