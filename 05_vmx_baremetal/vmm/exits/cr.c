// Control registers of the guest.
//
// CR0: NE must stay on in VMX operation, and CD and NW would reach beyond the guest; of these three
// the guest has a copy, the shadow, and NE = 0 works by exits/x87.c. All other bits it changes
// without an exit, and the CPU itself does what goes with PG: LMA, the entry control, the PDPTEs.
// Where the guest changes one of the three and PG in the same instruction, that part is ours.
//
// CR4: the bits that are ours belong to features that CPUID hides. Setting one is #GP.

#include "vmm/exits/exits.h"

#include "kernel/cpu.h"
#include "vmm/guests/devices/coprocessor.h"
#include "vmm/memory/memory.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vcpu/inject.h"
#include "vmm/vcpu/report.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

//  63         32 31      16 15  12 11    8  7   6   5  4 3      0
//  +------------+----------+------+-------+---+----+----+--------+    Source: SDM Vol. 3, "Exit
//  |     0      | LMSW data|   0  |  GPR  | 0 |LMSW|type| number |    Qualification for Control-
//  +------------+----------+------+-------+---+----+----+--------+    Register Accesses"
#define CR_NUMBER(q) ((unsigned)(q) >> 0 & 0xF)
#define CR_TYPE(q)   ((unsigned)(q) >> 4 & 3)
#define CR_GPR(q)    ((enum gpr)((q) >> 8 & 0xF))
#define CR_LMSW(q)   ((uint16_t)((q) >> 16))

enum cr_access { MOV_TO, MOV_FROM, CLTS, LMSW };

#define LMSW_BITS 0xF  // PE, MP, EM, TS; PE can be set and not cleared
#define CR8_MAX   15

#define PDPTE_PRESENT  1
#define PDPTE_RESERVED 0x1E6

static uint64_t gpr_read(const struct vcpu *vcpu, enum gpr gpr)
{
    return gpr == RSP ? vmcs_read(GUEST_RSP) : vcpu->gpr[gpr];
}

bool cr0_is_valid(const struct cr_state *now, uint64_t value)
{
    bool on = !(now->cr0 & CR0_PG) && (value & CR0_PG);
    bool off = (now->cr0 & CR0_PG) && !(value & CR0_PG);

    if (value >> 32)
        return false;
    if ((value & CR0_NW) && !(value & CR0_CD))
        return false;
    if ((value & CR0_PG) && !(value & CR0_PE))
        return false;
    if (on && (now->efer & EFER_LME))  // long mode begins in 32-bit code, with a 32-bit TSS
        return (now->cr4 & CR4_PAE) && !(now->cs & ACCESS_L) && ACCESS_TYPE(now->tr) == SEGMENT_TSS;
    if (off && (now->efer & EFER_LMA))
        return !(now->cs & ACCESS_L);  // and ends there
    return true;
}

// PAE paging keeps its four top entries in the CPU. False if one of them has reserved bits.
static bool load_pdptes(const struct vcpu *vcpu)
{
    const uint64_t *pdpt = memory_at(&vcpu->guest->ept, vmcs_read(GUEST_CR3) & 0xFFFFFFE0, 32);

    if (!pdpt)
        return false;
    for (unsigned i = 0; i < 4; i++)
        if ((pdpt[i] & PDPTE_PRESENT) &&
            ((pdpt[i] & PDPTE_RESERVED) || pdpt[i] >> vcpu->cap->physical_bits))
            return false;
    for (unsigned i = 0; i < 4; i++)
        vmcs_write(GUEST_PDPTE0 + 2 * i, pdpt[i]);
    return true;
}

// Paging goes on or off: long mode with it. LMA and the entry control say the same thing twice.
static void set_long_mode(bool active)
{
    uint64_t efer = vmcs_read(GUEST_EFER), entry = vmcs_read(ENTRY_CONTROLS);

    vmcs_write(GUEST_EFER, active ? efer | EFER_LMA : efer & ~EFER_LMA);
    vmcs_write(ENTRY_CONTROLS, active ? entry | ENTRY_GUEST_64 : entry & ~(uint64_t)ENTRY_GUEST_64);
}

static enum resume write_guest_cr0(struct vcpu *vcpu, uint64_t value)
{
    const struct vmx_capability *cap = vcpu->cap;
    uint64_t fixed = cap->cr0_fixed0 & ~(CR0_PE | CR0_PG);
    const struct cr_state now = {
        .cr0 = vmcs_read(GUEST_CR0),
        .cr4 = vmcs_read(GUEST_CR4),
        .efer = vmcs_read(GUEST_EFER),
        .cs = (uint32_t)vmcs_read(GUEST_CS_ACCESS),
        .tr = (uint32_t)vmcs_read(GUEST_TR_ACCESS),
    };
    bool lme = now.efer & EFER_LME;
    uint64_t watch = vmcs_read(CR0_MASK) & CR0_TS;  // coprocessor_watch() keeps it on

    value |= CR0_ET;
    if (!cr0_is_valid(&now, value))
        return inject_gp();
    if ((value & CR0_PG) && (now.cr4 & CR4_PAE) && !lme && !load_pdptes(vcpu))
        return inject_gp();
    if ((now.cr0 ^ value) & CR0_PG) {
        set_long_mode((value & CR0_PG) && lme);
        vmcs_drop_translations();
    }
    vmcs_write(CR0_SHADOW, value);
    vmcs_write(GUEST_CR0, (value & ~(CR0_CD | CR0_NW)) | fixed | watch);
    coprocessor_mode(value);
    return RESUME_NEXT;
}

// A write to CR4 that exits wants to change a bit that the guest's CPU doesn't have.
static enum resume write_guest_cr4(uint64_t value)
{
    if (value & ~CR4_GUEST)
        return inject_gp();
    vmcs_write(CR4_SHADOW, value);
    return RESUME_NEXT;
}

// The task priority of the local APIC. For a guest without one: a register and nothing more.
static enum resume write_guest_cr8(struct vcpu *vcpu, uint64_t value)
{
    if (value > CR8_MAX)
        return inject_gp();
    if (vcpu->guest->apic)
        apic_cr8_set(vcpu->guest->apic, value);
    else
        vcpu->cr8 = value;
    return RESUME_NEXT;
}

static enum resume read_guest_cr8(struct vcpu *vcpu, enum gpr gpr)
{
    const struct apic *apic = vcpu->guest->apic;
    uint64_t value = apic ? apic_cr8(apic) : vcpu->cr8;

    if (gpr == RSP)
        vmcs_write(GUEST_RSP, value);
    else
        vcpu->gpr[gpr] = value;
    return RESUME_NEXT;
}

static uint64_t guest_cr0(void)
{
    uint64_t mask = vmcs_read(CR0_MASK);

    return (vmcs_read(GUEST_CR0) & ~mask) | (vmcs_read(CR0_SHADOW) & mask);
}

enum resume exit_cr(struct vcpu *vcpu)
{
    uint64_t access = vmcs_read(EXIT_QUALIFICATION);
    uint64_t value = gpr_read(vcpu, CR_GPR(access));
    uint64_t lmsw = (guest_cr0() & ~(LMSW_BITS & ~CR0_PE)) | (CR_LMSW(access) & LMSW_BITS);

    if (!guest_is_64_bit())
        value = (uint32_t)value;  // in compatibility mode too a register has 32 bits
    switch (CR_TYPE(access) << 4 | CR_NUMBER(access)) {
    case MOV_TO << 4 | 0: return write_guest_cr0(vcpu, value);
    case MOV_TO << 4 | 4: return write_guest_cr4(value);
    case MOV_TO << 4 | 8: return write_guest_cr8(vcpu, value);
    case MOV_FROM << 4 | 8: return read_guest_cr8(vcpu, CR_GPR(access));
    case CLTS << 4: return write_guest_cr0(vcpu, guest_cr0() & ~CR0_TS);
    case LMSW << 4: return write_guest_cr0(vcpu, lmsw);
    default:
        return guest_crash(vcpu, "access %u to CR%u is not intercepted", CR_TYPE(access),
                           CR_NUMBER(access));
    }
}
