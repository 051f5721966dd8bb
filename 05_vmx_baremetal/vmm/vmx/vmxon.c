// VMX operation, on and off: see vmxon.h.

#include "vmm/vmx/vmxon.h"

#include "common/pc/x86.h"
#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "kernel/memory/page.h"
#include "kernel/panic/panic.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/instructions.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

#define MAX_NAMES 32

static void *vmxon_region;

static void capability_read(struct vmx_capability *cap)
{
    *cap = (struct vmx_capability){
        .basic = rdmsr(MSR_VMX_BASIC),
        .misc = rdmsr(MSR_VMX_MISC),
        .cr0_fixed0 = rdmsr(MSR_VMX_CR0_FIXED0),
        .cr0_fixed1 = rdmsr(MSR_VMX_CR0_FIXED1),
        .cr4_fixed0 = rdmsr(MSR_VMX_CR4_FIXED0),
        .cr4_fixed1 = rdmsr(MSR_VMX_CR4_FIXED1),
        .debugctl = DEBUGCTL_BTF | (cpuid(7, 0).edx & CPUID_7_EDX_ARCH_LBR ? 0 : DEBUGCTL_LBR),
        .physical_bits = cpuid(0x80000008, 0).eax & 0xFF,
    };
    if (!(cap->basic & VMX_BASIC_TRUE_CONTROLS))
        return;  // a CPU that old has none of the MSRs below; capability_missing() says so
    cap->pin = rdmsr(MSR_VMX_TRUE_PINBASED_CTLS);
    cap->cpu = rdmsr(MSR_VMX_TRUE_PROCBASED);
    cap->exit = rdmsr(MSR_VMX_TRUE_EXIT_CTLS);
    cap->entry = rdmsr(MSR_VMX_TRUE_ENTRY_CTLS);
    if (cap->cpu >> 32 & CPU_SECONDARY)
        cap->cpu2 = rdmsr(MSR_VMX_PROCBASED_CTLS2);
    if (cap->cpu2 >> 32 & (CPU2_EPT | CPU2_VPID))
        cap->ept_vpid = rdmsr(MSR_VMX_EPT_VPID_CAP);
}

// The firmware's consent: VMXON raises #GP without it.
static void demand_firmware(void)
{
    uint64_t value = rdmsr(MSR_FEATURE_CONTROL);

    switch (feature_control(value)) {
    case FEATURE_CONTROL_READY: return;
    case FEATURE_CONTROL_UNLOCKED:
        wrmsr(MSR_FEATURE_CONTROL, value | FEATURE_CONTROL_VMX_OUTSIDE_SMX | FEATURE_CONTROL_LOCK);
        return;
    case FEATURE_CONTROL_LOCKED_OFF:
        kprintf("the firmware has locked VT-x off (IA32_FEATURE_CONTROL = %lx): switch on\n",
                value);
        kprintf("\"Intel Virtualization Technology\" or \"VMX\" in its set-up, then power off and "
                "on\n");
        host_end(VM_REFUSED);
    }
}

static void demand_capabilities(const struct vmx_capability *cap)
{
    const char *names[MAX_NAMES];
    unsigned missing = capability_missing(cap, names, MAX_NAMES);

    for (unsigned i = 0; i < missing && i < MAX_NAMES; i++)
        kprintf("this CPU lacks: %s\n", names[i]);
    if (missing)
        host_end(VM_REFUSED);
}

void vmx_on(struct vmx_capability *cap)
{
    uint32_t *region;

    if (!(cpuid(1, 0).ecx & CPUID_1_ECX_VMX)) {
        kprintf("this CPU has no VT-x, or its hypervisor doesn't pass it on\n");
        host_end(VM_REFUSED);
    }
    demand_firmware();
    capability_read(cap);
    demand_capabilities(cap);

    write_cr0(capability_cr0(cap, read_cr0()));
    write_cr4(capability_cr4(cap, read_cr4()));  // VMXE is among the bits that must be 1
    region = page_alloc();
    region[0] = VMX_BASIC_REVISION(cap->basic);
    vmxon_region = region;
    vmcs_demand(vmx_vmxon(virt_to_phys(region)), "VMXON");
    // Whatever an earlier owner of this CPU left in its translation caches is not ours.
    vmcs_demand(vmx_invept(INVALIDATE_ALL, 0), "INVEPT");
}

void vmx_off(void)
{
    vmcs_demand(vmx_vmxoff(), "VMXOFF");
    write_cr4(read_cr4() & ~CR4_VMXE);
    page_free(vmxon_region);
}
