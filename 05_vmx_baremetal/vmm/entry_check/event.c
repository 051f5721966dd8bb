// Rules on the event that VM entry is asked to inject. Source: SDM Vol. 3, "Checks on VMX
// Controls", "VM-Entry Control Fields".

#include "vmm/vmx/event.h"
#include "kernel/cpu.h"
#include "vmm/entry_check/rule.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

static bool vector_fits(uint32_t event)
{
    switch (EVENT_TYPE(event)) {
    case EVENT_NMI: return EVENT_VECTOR(event) == EXCEPTION_NMI;
    case EVENT_HARDWARE_EXCEPTION: return EVENT_VECTOR(event) <= 31;
    case EVENT_OTHER: return EVENT_VECTOR(event) == 0;
    default: return true;
    }
}

// In real mode no event has an error code.
static bool error_code_fits(uint32_t event)
{
    bool protected_mode =
        !(vmcs_cpu2_controls() & CPU2_UNRESTRICTED) || (vmcs_read(GUEST_CR0) & CR0_PE);
    bool wanted = protected_mode && EVENT_TYPE(event) == EVENT_HARDWARE_EXCEPTION &&
                  vector_has_error_code(EVENT_VECTOR(event));

    return wanted == !!(event & EVENT_ERROR_CODE);
}

// INT n, INT1, INT3 and INTO push the address of the next instruction: the CPU has to know where.
static bool length_fits(const struct vmcs_check *check, uint32_t event)
{
    uint64_t length = vmcs_read(ENTRY_INSTRUCTION_LENGTH);
    unsigned least = check->cap->misc & VMX_MISC_ENTRY_LENGTH_0 ? 0 : 1;

    switch (EVENT_TYPE(event)) {
    case EVENT_SOFTWARE_INTERRUPT:
    case EVENT_PRIVILEGED_SOFTWARE:
    case EVENT_SOFTWARE_EXCEPTION: return length >= least && length <= 15;
    default: return true;
    }
}

void vmcs_check_event(struct vmcs_check *check)
{
    uint32_t event = (uint32_t)vmcs_read(ENTRY_INTERRUPTION_INFO);

    if (!(event & EVENT_VALID))
        return;
    vmcs_require(check, EVENT_TYPE(event) != EVENT_RESERVED_TYPE, ENTRY_INTERRUPTION_INFO,
                 "the type of event is not 1");
    vmcs_require(check, vector_fits(event), ENTRY_INTERRUPTION_INFO,
                 "the vector is 2 for an NMI and at most 31 for an exception");
    vmcs_require(
        check, error_code_fits(event), ENTRY_INTERRUPTION_INFO,
        "an error code is delivered with the exceptions that have one, and only with them");
    vmcs_require(check, !(event & EVENT_RESERVED), ENTRY_INTERRUPTION_INFO, "bits 30:12 are 0");
    vmcs_require(check,
                 !(event & EVENT_ERROR_CODE) || vmcs_read(ENTRY_EXCEPTION_ERROR_CODE) >> 16 == 0,
                 ENTRY_EXCEPTION_ERROR_CODE, "bits 31:16 are 0");
    vmcs_require(check, length_fits(check, event), ENTRY_INSTRUCTION_LENGTH,
                 "the length of a software event's instruction is 1 to 15");
}
