// Rules on the host state: what the CPU is going to load at the next exit. Sources: SDM Vol. 3,
// "Checks on Host Control Registers, MSRs, and SSP", "Checks on Host Segment and Descriptor-Table
// Registers", "Checks Related to Address-Space Size".

#include "kernel/cpu.h"
#include "vmm/entry_check/rule.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

static void check_canonical(struct vmcs_check *check, enum vmcs_field field)
{
    vmcs_require(check, is_canonical(vmcs_read(field)), field, "the address is canonical");
}

static void check_registers(struct vmcs_check *check, uint32_t exit)
{
    const struct vmx_capability *cap = check->cap;
    uint64_t cr0 = vmcs_read(HOST_CR0), cr4 = vmcs_read(HOST_CR4);

    vmcs_require(check, capability_cr0(cap, cr0) == cr0, HOST_CR0,
                 "CR0 has the bits that VMX operation fixes");
    vmcs_require(check, capability_cr4(cap, cr4) == cr4, HOST_CR4,
                 "CR4 has the bits that VMX operation fixes");
    vmcs_require(check, is_physical(check, vmcs_read(HOST_CR3), 0), HOST_CR3,
                 "CR3 is no wider than a physical address");
    check_canonical(check, HOST_SYSENTER_ESP);
    check_canonical(check, HOST_SYSENTER_EIP);
    if (exit & EXIT_LOAD_PAT)
        vmcs_require(check, is_pat(vmcs_read(HOST_PAT)), HOST_PAT,
                     "every entry of PAT is a memory type");
}

static void check_efer(struct vmcs_check *check, uint32_t exit)
{
    uint64_t efer = vmcs_read(HOST_EFER);
    uint64_t mode = exit & EXIT_HOST_64 ? EFER_LME | EFER_LMA : 0;

    if (!(exit & EXIT_LOAD_EFER))
        return;
    vmcs_require(check, (efer & ~EFER_DEFINED) == 0, HOST_EFER, "reserved bits of EFER are 0");
    vmcs_require(check, (efer & (EFER_LME | EFER_LMA)) == mode, HOST_EFER,
                 "EFER.LMA and EFER.LME agree with the host address-space size");
}

static void check_segments(struct vmcs_check *check, uint32_t exit)
{
    static const enum vmcs_field selectors[] = {HOST_CS, HOST_SS, HOST_DS, HOST_ES,
                                                HOST_FS, HOST_GS, HOST_TR};
    static const enum vmcs_field bases[] = {HOST_FS_BASE, HOST_GS_BASE, HOST_GDTR_BASE,
                                            HOST_IDTR_BASE, HOST_TR_BASE};

    for (unsigned i = 0; i < sizeof(selectors) / sizeof(selectors[0]); i++)
        vmcs_require(check, (vmcs_read(selectors[i]) & 7) == 0, selectors[i],
                     "RPL and the table indicator of the selector are 0");
    vmcs_require(check, vmcs_read(HOST_CS), HOST_CS, "CS is not null");
    vmcs_require(check, vmcs_read(HOST_TR), HOST_TR, "TR is not null");
    vmcs_require(check, (exit & EXIT_HOST_64) || vmcs_read(HOST_SS), HOST_SS,
                 "SS is not null in a 32-bit host");
    for (unsigned i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
        check_canonical(check, bases[i]);
}

// VM entry happens in 64-bit mode here, so the exit must come back to it.
static void check_address_space(struct vmcs_check *check, uint32_t exit)
{
    vmcs_require(check, exit & EXIT_HOST_64, EXIT_CONTROLS,
                 "a 64-bit hypervisor sets host address-space size");
    vmcs_require(check, vmcs_read(HOST_CR4) & CR4_PAE, HOST_CR4, "a 64-bit host has CR4.PAE");
    check_canonical(check, HOST_RIP);
}

void vmcs_check_host(struct vmcs_check *check)
{
    uint32_t exit = (uint32_t)vmcs_read(EXIT_CONTROLS);

    check_registers(check, exit);
    check_efer(check, exit);
    check_segments(check, exit);
    check_address_space(check, exit);
}
