// Rules on the guest state, but for the segments. Source: SDM Vol. 3, "Checks on the Guest State
// Area".

#include "kernel/cpu.h"
#include "vmm/entry_check/rule.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

static void check_canonical(struct vmcs_check *check, enum vmcs_field field)
{
    vmcs_require(check, is_canonical(vmcs_read(field)), field, "the address is canonical");
}

// "Checks on Guest Control Registers, Debug Registers, and MSRs"
static void check_control_registers(struct vmcs_check *check, uint32_t entry)
{
    const struct vmx_capability *cap = check->cap;
    uint64_t cr0 = vmcs_read(GUEST_CR0), cr4 = vmcs_read(GUEST_CR4);
    uint64_t free = vmcs_cpu2_controls() & CPU2_UNRESTRICTED ? CR0_PE | CR0_PG : 0;

    vmcs_require(check, ((capability_cr0(cap, cr0) ^ cr0) & ~free) == 0, GUEST_CR0,
                 "CR0 has the bits that VMX operation fixes, PE and PG excepted if unrestricted");
    vmcs_require(check, !(cr0 & CR0_PG) || (cr0 & CR0_PE), GUEST_CR0, "CR0.PG needs CR0.PE");
    vmcs_require(check, capability_cr4(cap, cr4) == cr4, GUEST_CR4,
                 "CR4 has the bits that VMX operation fixes");
    if (entry & ENTRY_GUEST_64) {
        vmcs_require(check, cr0 & CR0_PG, GUEST_CR0, "an IA-32e mode guest has CR0.PG");
        vmcs_require(check, cr4 & CR4_PAE, GUEST_CR4, "an IA-32e mode guest has CR4.PAE");
    } else {
        vmcs_require(check, !(cr4 & CR4_PCIDE), GUEST_CR4, "CR4.PCIDE is 0 outside IA-32e mode");
    }
    vmcs_require(check, is_physical(check, vmcs_read(GUEST_CR3), 0), GUEST_CR3,
                 "CR3 is no wider than a physical address");
}

static void check_debug(struct vmcs_check *check, uint32_t entry)
{
    if (!(entry & ENTRY_LOAD_DEBUG))
        return;
    vmcs_require(check, (vmcs_read(GUEST_DEBUGCTL) & ~DEBUGCTL_DEFINED) == 0, GUEST_DEBUGCTL,
                 "reserved bits of IA32_DEBUGCTL are 0");
    vmcs_require(check, vmcs_read(GUEST_DR7) >> 32 == 0, GUEST_DR7, "bits 63:32 of DR7 are 0");
}

static void check_msrs(struct vmcs_check *check, uint32_t entry)
{
    uint64_t efer = vmcs_read(GUEST_EFER);
    bool lma = efer & EFER_LMA, lme = efer & EFER_LME;

    check_canonical(check, GUEST_SYSENTER_ESP);
    check_canonical(check, GUEST_SYSENTER_EIP);
    if (entry & ENTRY_LOAD_PAT)
        vmcs_require(check, is_pat(vmcs_read(GUEST_PAT)), GUEST_PAT,
                     "every entry of PAT is a memory type");
    if (!(entry & ENTRY_LOAD_EFER))
        return;
    vmcs_require(check, (efer & ~EFER_DEFINED) == 0, GUEST_EFER, "reserved bits of EFER are 0");
    vmcs_require(check, lma == !!(entry & ENTRY_GUEST_64), GUEST_EFER,
                 "EFER.LMA agrees with IA-32e mode guest");
    vmcs_require(check, !(vmcs_read(GUEST_CR0) & CR0_PG) || lma == lme, GUEST_EFER,
                 "with paging, EFER.LMA agrees with EFER.LME");
}

// "Checks on Guest Descriptor-Table Registers"
static void check_descriptor_tables(struct vmcs_check *check)
{
    check_canonical(check, GUEST_GDTR_BASE);
    check_canonical(check, GUEST_IDTR_BASE);
    vmcs_require(check, vmcs_read(GUEST_GDTR_LIMIT) >> 16 == 0, GUEST_GDTR_LIMIT,
                 "bits 31:16 are 0");
    vmcs_require(check, vmcs_read(GUEST_IDTR_LIMIT) >> 16 == 0, GUEST_IDTR_LIMIT,
                 "bits 31:16 are 0");
}

// "Checks on Guest RIP, RFLAGS, and SSP"
static void check_rip_rflags(struct vmcs_check *check, uint32_t entry)
{
    uint64_t rip = vmcs_read(GUEST_RIP), rflags = vmcs_read(GUEST_RFLAGS);
    uint32_t event = (uint32_t)vmcs_read(ENTRY_INTERRUPTION_INFO);
    bool code_64 = (entry & ENTRY_GUEST_64) && (vmcs_read(GUEST_CS_ACCESS) & ACCESS_L);

    if (code_64)  // one bit less than canonical: code may run up to the hole and fault there
        vmcs_require(check, rip >> 48 == 0 || rip >> 48 == 0xFFFF, GUEST_RIP,
                     "bits 63:48 are all the same in 64-bit code");
    else
        vmcs_require(check, rip >> 32 == 0, GUEST_RIP, "bits 63:32 are 0 outside 64-bit code");
    vmcs_require(check, (rflags & ~RFLAGS_DEFINED) == 0, GUEST_RFLAGS,
                 "reserved bits of RFLAGS are 0");
    vmcs_require(check, rflags & RFLAGS_ONE, GUEST_RFLAGS, "bit 1 of RFLAGS is 1");
    vmcs_require(check,
                 !(rflags & RFLAGS_VM) ||
                     (!(entry & ENTRY_GUEST_64) && (vmcs_read(GUEST_CR0) & CR0_PE)),
                 GUEST_RFLAGS, "RFLAGS.VM needs protected mode, and not IA-32e mode");
    if ((event & EVENT_VALID) && EVENT_TYPE(event) == EVENT_EXTERNAL_INTERRUPT)
        vmcs_require(check, rflags & RFLAGS_IF, GUEST_RFLAGS,
                     "an injected external interrupt needs RFLAGS.IF");
}

// Which event may be injected into a CPU that doesn't run. "Checks on Guest Non-Register State"
static bool event_wakes(uint64_t activity, uint32_t event)
{
    enum event_type type = EVENT_TYPE(event);
    unsigned vector = EVENT_VECTOR(event);
    bool exception = type == EVENT_HARDWARE_EXCEPTION;

    switch (activity) {
    case ACTIVITY_ACTIVE: return true;
    case ACTIVITY_HLT:
        return type == EVENT_EXTERNAL_INTERRUPT || type == EVENT_NMI || type == EVENT_OTHER ||
               (exception && (vector == EXCEPTION_DB || vector == EXCEPTION_MC));
    case ACTIVITY_SHUTDOWN: return type == EVENT_NMI || (exception && vector == EXCEPTION_MC);
    default: return false;
    }
}

static void check_activity(struct vmcs_check *check)
{
    uint64_t activity = vmcs_read(GUEST_ACTIVITY), blocking = vmcs_read(GUEST_INTERRUPTIBILITY);
    uint32_t event = (uint32_t)vmcs_read(ENTRY_INTERRUPTION_INFO);
    uint64_t can = check->cap->misc / VMX_MISC_ACTIVITY_HLT << 1 | 1;  // bit n: state n

    vmcs_require(check, activity <= ACTIVITY_WAIT_SIPI && (can >> activity & 1), GUEST_ACTIVITY,
                 "the activity state is one that the CPU supports");
    vmcs_require(check, activity != ACTIVITY_HLT || ACCESS_DPL(vmcs_read(GUEST_SS_ACCESS)) == 0,
                 GUEST_ACTIVITY, "only ring 0 is halted");
    vmcs_require(check, activity == ACTIVITY_ACTIVE || !(blocking & (BLOCKING_STI | BLOCKING_SS)),
                 GUEST_ACTIVITY, "a CPU that blocks interrupts for one instruction is active");
    vmcs_require(check, !(event & EVENT_VALID) || event_wakes(activity, event), GUEST_ACTIVITY,
                 "the injected event can reach a CPU in this activity state");
}

static void check_interruptibility(struct vmcs_check *check)
{
    uint64_t blocking = vmcs_read(GUEST_INTERRUPTIBILITY);
    uint32_t event = (uint32_t)vmcs_read(ENTRY_INTERRUPTION_INFO);
    bool injects = event & EVENT_VALID;

    vmcs_require(check, blocking >> 5 == 0, GUEST_INTERRUPTIBILITY, "bits 31:5 are 0");
    vmcs_require(check, !(blocking & BLOCKING_STI) || !(blocking & BLOCKING_SS),
                 GUEST_INTERRUPTIBILITY, "STI and MOV SS don't block both");
    vmcs_require(check, !(blocking & BLOCKING_STI) || (vmcs_read(GUEST_RFLAGS) & RFLAGS_IF),
                 GUEST_INTERRUPTIBILITY, "blocking by STI needs RFLAGS.IF");
    vmcs_require(check, !(blocking & BLOCKING_SMI), GUEST_INTERRUPTIBILITY,
                 "outside SMM nothing is blocked by SMI");
    if (injects && EVENT_TYPE(event) == EVENT_EXTERNAL_INTERRUPT)
        vmcs_require(check, !(blocking & (BLOCKING_STI | BLOCKING_SS)), GUEST_INTERRUPTIBILITY,
                     "no external interrupt is injected behind STI or MOV SS");
    if (injects && EVENT_TYPE(event) == EVENT_NMI) {
        vmcs_require(check, !(blocking & BLOCKING_SS), GUEST_INTERRUPTIBILITY,
                     "no NMI is injected behind MOV SS");
        vmcs_require(check,
                     !(blocking & BLOCKING_NMI) || !(vmcs_read(PIN_CONTROLS) & PIN_VIRTUAL_NMIS),
                     GUEST_INTERRUPTIBILITY, "no virtual NMI is injected while NMIs are blocked");
    }
}

static void check_pending_debug(struct vmcs_check *check)
{
    uint64_t pending = vmcs_read(GUEST_PENDING_DEBUG), rflags = vmcs_read(GUEST_RFLAGS);
    bool single_step = (rflags & RFLAGS_TF) && !(vmcs_read(GUEST_DEBUGCTL) & DEBUGCTL_BTF);
    bool delayed = (vmcs_read(GUEST_INTERRUPTIBILITY) & (BLOCKING_STI | BLOCKING_SS)) ||
                   vmcs_read(GUEST_ACTIVITY) == ACTIVITY_HLT;

    vmcs_require(check, (pending & ~PENDING_DEBUG_DEFINED) == 0, GUEST_PENDING_DEBUG,
                 "reserved bits of the pending debug exceptions are 0");
    if (delayed)
        vmcs_require(check, !!(pending & PENDING_DEBUG_BS) == single_step, GUEST_PENDING_DEBUG,
                     "a single step is pending behind STI, MOV SS or HLT exactly if TF is on");
}

// "Checks on Guest Page-Directory-Pointer-Table Entries": with EPT they come from the VMCS.
static void check_pdptes(struct vmcs_check *check, uint32_t entry)
{
    static const enum vmcs_field pdpte[] = {GUEST_PDPTE0, GUEST_PDPTE1, GUEST_PDPTE2, GUEST_PDPTE3};
    bool pae = (vmcs_read(GUEST_CR0) & CR0_PG) && (vmcs_read(GUEST_CR4) & CR4_PAE) &&
               !(entry & ENTRY_GUEST_64);

    if (!pae || !(vmcs_cpu2_controls() & CPU2_EPT))
        return;
    for (unsigned i = 0; i < 4; i++) {
        uint64_t value = vmcs_read(pdpte[i]);

        vmcs_require(check, !(value & 1) || ((value & 0x1E6) == 0 && is_physical(check, value, 0)),
                     pdpte[i], "reserved bits of a present PDPTE are 0");
    }
}

void vmcs_check_guest(struct vmcs_check *check)
{
    uint32_t entry = (uint32_t)vmcs_read(ENTRY_CONTROLS);
    uint64_t link = vmcs_read(VMCS_LINK_POINTER);

    check_control_registers(check, entry);
    check_debug(check, entry);
    check_msrs(check, entry);
    check_descriptor_tables(check);
    check_rip_rflags(check, entry);
    check_activity(check);
    check_interruptibility(check);
    check_pending_debug(check);
    vmcs_require(check, link == ~0ull || is_physical(check, link, 12), VMCS_LINK_POINTER,
                 "the link pointer is all ones, or the address of a VMCS");
    check_pdptes(check, entry);
}
