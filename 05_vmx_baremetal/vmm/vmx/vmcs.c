// The current VMCS, through the instructions: see vmcs.h.

#include "vmm/vmx/vmcs.h"

#include <stddef.h>

#include "kernel/console/console.h"
#include "kernel/memory/page.h"
#include "kernel/panic/panic.h"
#include "vmm/vmx/vmx.h"

// The reason behind a failure, where there is one to be had.
static const char *reason(enum vmx_status status)
{
    uint64_t number;

    if (status == VMX_FAIL_INVALID)
        return "there is no current VMCS, or the operand is bad";
    if (vmx_vmread(VM_INSTRUCTION_ERROR, &number) != VMX_SUCCEED)
        return "and the error number can't be read";
    return vmx_error_name((uint32_t)number);
}

void vmcs_demand(enum vmx_status status, const char *instruction)
{
    if (status != VMX_SUCCEED)
        panic("%s: %s", instruction, reason(status));
}

void vmcs_read_failed(enum vmcs_field field)
{
    uint64_t value;
    enum vmx_status status = vmx_vmread(field, &value);

    panic("VMREAD %s (%x): %s", vmcs_field_name(field), field, reason(status));
}

void vmcs_write_failed(enum vmcs_field field, uint64_t value)
{
    enum vmx_status status = vmx_vmwrite(field, value);

    panic("VMWRITE %s (%x) = %lx: %s", vmcs_field_name(field), field, value, reason(status));
}

uint64_t vmcs_create(uint64_t basic)
{
    uint32_t *region = page_alloc();
    uint64_t address = virt_to_phys(region);

    region[0] = VMX_BASIC_REVISION(basic);  // the only part that software writes directly
    vmcs_demand(vmx_vmclear(address), "VMCLEAR");
    vmcs_demand(vmx_vmptrld(address), "VMPTRLD");
    return address;
}

void vmcs_destroy(uint64_t address)
{
    vmcs_demand(vmx_vmclear(address), "VMCLEAR");
    page_free(phys_to_virt(address));
}

void vmcs_drop_translations(void)
{
    vmcs_demand(vmx_invept(INVALIDATE_ALL, 0), "INVEPT");
    vmcs_demand(vmx_invvpid(INVALIDATE_ALL, 0), "INVVPID");
}

void vmcs_dump(void)
{
    for (size_t i = 0; i < vmcs_field_count; i++) {
        const struct vmcs_field_row *row = &vmcs_field_table[i];
        uint64_t value;

        if (vmx_vmread(row->field, &value) == VMX_SUCCEED)  // else: not on this CPU
            kprintf("  %04x %-26s %lx\n", row->field, row->name, value);
    }
}
