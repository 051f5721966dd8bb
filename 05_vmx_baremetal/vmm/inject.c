// Events on their way into the guest: see inject.h.

#include "vmm/inject.h"

#include "kernel/cpu.h"
#include "vmm/vmcs.h"

static enum resume inject(unsigned vector)
{
    uint32_t event = EVENT_VALID | EVENT_HARDWARE_EXCEPTION << 8 | vector;

    // In real mode no exception has an error code, and VM entry insists on that.
    if (vector_has_error_code(vector) && (vmcs_read(GUEST_CR0) & CR0_PE))
        event |= EVENT_ERROR_CODE;
    vmcs_write(ENTRY_INTERRUPTION_INFO, event);
    vmcs_write(ENTRY_EXCEPTION_ERROR_CODE, 0);
    return RESUME_RETRY;
}

enum resume inject_ud(void)
{
    return inject(EXCEPTION_UD);
}

enum resume inject_gp(void)
{
    return inject(EXCEPTION_GP);
}

void inject_again(void)
{
    uint32_t event = (uint32_t)vmcs_read(IDT_VECTORING_INFO);

    if (!(event & EVENT_VALID) || (vmcs_read(ENTRY_INTERRUPTION_INFO) & EVENT_VALID))
        return;
    vmcs_write(ENTRY_INTERRUPTION_INFO,
               event & ~EVENT_RESERVED);  // bit 12 is undefined on the way out
    vmcs_write(ENTRY_EXCEPTION_ERROR_CODE, vmcs_read(IDT_VECTORING_ERROR));
    vmcs_write(ENTRY_INSTRUCTION_LENGTH, vmcs_read(EXIT_INSTRUCTION_LENGTH));
}
