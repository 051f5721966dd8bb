// The virtual-machine control structure: one 4 KiB region for each guest CPU, in a format of the
// CPU's own, reached only through VMREAD and VMWRITE.

#ifndef VMM_VMX_VMCS_H
#define VMM_VMX_VMCS_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/vmx/access.h"
#include "vmm/vmx/fields.h"
#include "vmm/vmx/instructions.h"
#include "vmm/vmx/vmx.h"

// The secondary controls in force: none unless the primary ones activate them.
static inline uint32_t vmcs_cpu2_controls(void)
{
    return vmcs_read(CPU_CONTROLS) & CPU_SECONDARY ? (uint32_t)vmcs_read(CPU2_CONTROLS) : 0;
}

// Bits 63:47 are all the same: an address that 48-bit linear addresses can form.
static inline bool is_canonical(uint64_t address)
{
    uint64_t high = address >> 47;

    return high == 0 || high == 0x1FFFF;
}

// Allocates a VMCS, marks it as not launched and makes it the current one. `basic` is
// IA32_VMX_BASIC. Returns its physical address.
uint64_t vmcs_create(uint64_t basic);

// Takes the VMCS at `address` away from the CPU, which then has no current one.
void vmcs_destroy(uint64_t address);

// Stops the machine unless `status` is success: "VMPTRLD: invalid revision identifier".
void vmcs_demand(enum vmx_status status, const char *instruction);

// Drops the translations of all guests from the CPU: VPID lets them outlive exits. Whoever changes
// for a guest what would drop them on a bare CPU, has to, and who takes something away in EPT.
// Source: SDM Vol. 3, "Guidelines for Use of the INVVPID Instruction", "Guidelines for Use of the
// INVEPT Instruction".
void vmcs_drop_translations(void);

// What the number in VM_INSTRUCTION_ERROR means, in the words of SDM Vol. 3, "VM Instruction Error
// Numbers".
const char *vmx_error_name(uint32_t number);

// Every field that this CPU has, by name and encoding, on the console.
void vmcs_dump(void);

#endif
