// The fields of the VMCS, the errors of the VMX instructions and the reasons of exits, by name.

#include "vmm/vmx/reasons.h"
#include "vmm/vmx/vmcs.h"

const struct vmcs_field_row vmcs_field_table[] = {
#define ROW(name, encoding, width) {name, #name},
    VMCS_FIELDS(ROW)
#undef ROW
};

const size_t vmcs_field_count = sizeof(vmcs_field_table) / sizeof(vmcs_field_table[0]);

const char *vmcs_field_name(enum vmcs_field field)
{
    for (size_t i = 0; i < vmcs_field_count; i++)
        if (vmcs_field_table[i].field == field)
            return vmcs_field_table[i].name;
    return "?";
}

// Source: SDM Vol. 3, "VM Instruction Error Numbers".
const char *vmx_error_name(uint32_t number)
{
    static const char *const names[] = {
        [1] = "VMCALL executed in VMX root operation",
        [2] = "VMCLEAR with invalid physical address",
        [3] = "VMCLEAR with VMXON pointer",
        [4] = "VMLAUNCH with non-clear VMCS",
        [5] = "VMRESUME with non-launched VMCS",
        [6] = "VMRESUME after VMXOFF",
        [7] = "VM entry with invalid control field(s)",
        [8] = "VM entry with invalid host-state field(s)",
        [9] = "VMPTRLD with invalid physical address",
        [10] = "VMPTRLD with VMXON pointer",
        [11] = "VMPTRLD with incorrect VMCS revision identifier",
        [12] = "VMREAD/VMWRITE from/to unsupported VMCS component",
        [13] = "VMWRITE to read-only VMCS component",
        [15] = "VMXON executed in VMX root operation",
        [16] = "VM entry with invalid executive-VMCS pointer",
        [17] = "VM entry with non-launched executive VMCS",
        [18] = "VM entry with executive-VMCS pointer not VMXON pointer",
        [19] = "VMCALL with non-clear VMCS",
        [20] = "VMCALL with invalid VM-exit control fields",
        [22] = "VMCALL with incorrect MSEG revision identifier",
        [23] = "VMXOFF under dual-monitor treatment of SMIs and SMM",
        [24] = "VMCALL with invalid SMM-monitor features",
        [25] = "VM entry with invalid VM-execution control fields in executive VMCS",
        [26] = "VM entry with events blocked by MOV SS",
        [28] = "Invalid operand to INVEPT/INVVPID",
    };

    if (number >= sizeof(names) / sizeof(names[0]) || !names[number])
        return "unknown VM-instruction error";
    return names[number];
}

const char *exit_reason_name(uint32_t basic)
{
#define NAME(name, number, text) [number] = text,
    static const char *const names[REASON_COUNT] = {EXIT_REASONS(NAME)};
#undef NAME

    return basic < REASON_COUNT && names[basic] ? names[basic] : "unknown exit reason";
}
