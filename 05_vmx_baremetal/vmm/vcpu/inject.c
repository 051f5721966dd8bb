// Events on their way into the guest: see inject.h.

#include "vmm/vcpu/inject.h"

#include "kernel/cpu.h"

// A fault: the handler returns to the instruction, and RF in the RFLAGS that it finds on its stack
// keeps a breakpoint there from firing a second time. VM entry pushes what the VMCS holds. Source:
// SDM Vol. 3, "Vectored-Event Injection".
enum resume inject_exception(enum exception_vector vector, uint32_t error)
{
    uint32_t event = EVENT_VALID | EVENT_HARDWARE_EXCEPTION << 8 | vector;

    // In real mode no exception has an error code, and VM entry insists on that.
    if (vector_has_error_code(vector) && (vmcs_read(GUEST_CR0) & CR0_PE))
        event |= EVENT_ERROR_CODE;
    vmcs_write(ENTRY_INTERRUPTION_INFO, event);
    vmcs_write(ENTRY_EXCEPTION_ERROR_CODE, error);
    vmcs_write(GUEST_RFLAGS, vmcs_read(GUEST_RFLAGS) | RFLAGS_RF);
    return RESUME_RETRY;
}

enum resume inject_ud(void)
{
    return inject_exception(EXCEPTION_UD, 0);
}

enum resume inject_gp(void)
{
    return inject_exception(EXCEPTION_GP, 0);
}

enum resume inject_page_fault(struct vcpu *vcpu, uint64_t linear, uint32_t error)
{
    vcpu->cr2 = linear;
    return inject_exception(EXCEPTION_PF, error);
}

void inject_again(void)
{
    uint32_t event = (uint32_t)vmcs_read(IDT_VECTORING_INFO);

    if (vmcs_read(ENTRY_INTERRUPTION_INFO) & EVENT_VALID)
        return;
    // The NMI that didn't arrive blocks itself: its delivery has begun.
    if (EVENT_TYPE(event) == EVENT_NMI)
        vmcs_write(GUEST_INTERRUPTIBILITY,
                   vmcs_read(GUEST_INTERRUPTIBILITY) & ~(uint64_t)BLOCKING_NMI);
    // Bit 12 is undefined on the way out.
    vmcs_write(ENTRY_INTERRUPTION_INFO, event & ~EVENT_RESERVED);
    vmcs_write(ENTRY_EXCEPTION_ERROR_CODE, vmcs_read(IDT_VECTORING_ERROR));
    vmcs_write(ENTRY_INSTRUCTION_LENGTH, vmcs_read(EXIT_INSTRUCTION_LENGTH));
}

void inject_single_step(void)
{
    vmcs_write(GUEST_PENDING_DEBUG, vmcs_read(GUEST_PENDING_DEBUG) | PENDING_DEBUG_BS);
}

bool entry_is_taken(void)
{
    return (vmcs_read(ENTRY_INTERRUPTION_INFO) & EVENT_VALID) ||
           (vmcs_read(GUEST_PENDING_DEBUG) & (PENDING_DEBUG_BS | PENDING_DEBUG_ENABLED));
}
