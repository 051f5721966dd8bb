// The VMX instructions, one wrapper each, with their two ways of failing as a typed status.
//
// Every one of them reports through the flags: CF set when there is no current VMCS to hold an
// error number, ZF set when there is one, both clear on success. Source: SDM Vol. 3, "VMX
// Instruction Reference", "Conventions".

#ifndef VMM_VMX_INSTRUCTIONS_H
#define VMM_VMX_INSTRUCTIONS_H

#include <stdbool.h>
#include <stdint.h>

enum vmx_status {
    VMX_SUCCEED,
    VMX_FAIL_INVALID,  // no current VMCS: nothing more is known
    VMX_FAIL_VALID,    // VM_INSTRUCTION_ERROR in the current VMCS has the number
};

static inline enum vmx_status vmx_status(bool carry, bool zero)
{
    return carry ? VMX_FAIL_INVALID : zero ? VMX_FAIL_VALID : VMX_SUCCEED;
}

// Instructions whose operand is a physical address in memory.
#define VMX_POINTER_INSTRUCTION(mnemonic)                                                          \
    static inline enum vmx_status vmx_##mnemonic(uint64_t address)                                 \
    {                                                                                              \
        bool carry, zero;                                                                          \
        __asm__ volatile(#mnemonic " %2"                                                           \
                         : "=@ccc"(carry), "=@ccz"(zero)                                           \
                         : "m"(address)                                                            \
                         : "memory");                                                              \
        return vmx_status(carry, zero);                                                            \
    }

VMX_POINTER_INSTRUCTION(vmxon)    // enter VMX root operation
VMX_POINTER_INSTRUCTION(vmclear)  // write a VMCS back to memory, and mark it as not launched
VMX_POINTER_INSTRUCTION(vmptrld)  // make a VMCS the current one

static inline enum vmx_status vmx_vmxoff(void)
{
    bool carry, zero;

    __asm__ volatile("vmxoff" : "=@ccc"(carry), "=@ccz"(zero) : : "memory");
    return vmx_status(carry, zero);
}

static inline enum vmx_status vmx_vmread(uint64_t field, uint64_t *value)
{
    bool carry, zero;

    __asm__ volatile("vmread %3, %2" : "=@ccc"(carry), "=@ccz"(zero), "=r"(*value) : "r"(field));
    return vmx_status(carry, zero);
}

static inline enum vmx_status vmx_vmwrite(uint64_t field, uint64_t value)
{
    bool carry, zero;

    __asm__ volatile("vmwrite %3, %2"
                     : "=@ccc"(carry), "=@ccz"(zero)
                     : "r"(field), "r"(value)
                     : "memory");
    return vmx_status(carry, zero);
}

// What INVEPT and INVVPID drop: the translations of one EPT pointer or VPID, or those of all.
enum vmx_invalidate { INVALIDATE_SINGLE = 1, INVALIDATE_ALL = 2 };

static inline enum vmx_status vmx_invept(enum vmx_invalidate type, uint64_t eptp)
{
    struct {
        uint64_t eptp, reserved;
    } descriptor = {eptp, 0};
    bool carry, zero;

    __asm__ volatile("invept %2, %3"
                     : "=@ccc"(carry), "=@ccz"(zero)
                     : "m"(descriptor), "r"((uint64_t)type)
                     : "memory");
    return vmx_status(carry, zero);
}

static inline enum vmx_status vmx_invvpid(enum vmx_invalidate type, uint16_t vpid)
{
    struct {
        uint64_t vpid, linear;
    } descriptor = {vpid, 0};
    bool carry, zero;

    __asm__ volatile("invvpid %2, %3"
                     : "=@ccc"(carry), "=@ccz"(zero)
                     : "m"(descriptor), "r"((uint64_t)type)
                     : "memory");
    return vmx_status(carry, zero);
}

#endif
