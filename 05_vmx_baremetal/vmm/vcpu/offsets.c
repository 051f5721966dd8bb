// What entry.asm has to know about struct vcpu and the VMCS: see kernel/offsets.h.

#include "kernel/offsets.h"

#include "vmm/vcpu/vcpu.h"
#include "vmm/vmx/fields.h"

#define GPR(name) VALUE(VCPU_##name, offsetof(struct vcpu, gpr) + name * sizeof(uint64_t))

void offsets(void);

void offsets(void)
{
    GPR(RAX);
    GPR(RCX);
    GPR(RDX);
    GPR(RBX);
    GPR(RBP);
    GPR(RSI);
    GPR(RDI);
    GPR(R8);
    GPR(R9);
    GPR(R10);
    GPR(R11);
    GPR(R12);
    GPR(R13);
    GPR(R14);
    GPR(R15);
    OFFSET(VCPU_CR2, struct vcpu, cr2);
    VALUE(VMCS_HOST_RSP, HOST_RSP);
    VALUE(VMX_SUCCEED, VMX_SUCCEED);
    VALUE(VMX_FAIL_INVALID, VMX_FAIL_INVALID);
    VALUE(VMX_FAIL_VALID, VMX_FAIL_VALID);
}
