// Rules on the control fields. Source: SDM Vol. 3, "Checks on VMX Controls".

#include "vmm/entry_check/rule.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

// Bits that the capability MSR wants as 1 are 1, bits that it wants as 0 are 0.
static void check_reserved(struct vmcs_check *check, enum control_kind kind, enum vmcs_field field)
{
    uint64_t msr = control_capability(check->cap, kind);
    uint32_t value = (uint32_t)vmcs_read(field);

    vmcs_require(check, (value & (uint32_t)msr) == (uint32_t)msr, field,
                 "every bit that the capability MSR requires is 1");
    vmcs_require(check, (value & ~(uint32_t)(msr >> 32)) == 0, field,
                 "every bit that the capability MSR doesn't allow is 0");
}

static void check_page(struct vmcs_check *check, enum vmcs_field field)
{
    vmcs_require(check, is_physical(check, vmcs_read(field), 12), field,
                 "the address is a multiple of 4 KiB and no wider than a physical address");
}

static void check_bitmaps(struct vmcs_check *check, uint32_t cpu, uint32_t cpu2)
{
    if (cpu & CPU_IO_BITMAPS) {
        check_page(check, IO_BITMAP_A);
        check_page(check, IO_BITMAP_B);
    }
    if (cpu & CPU_MSR_BITMAPS)
        check_page(check, MSR_BITMAP);
    if (cpu2 & CPU2_VMCS_SHADOWING) {
        check_page(check, VMREAD_BITMAP);
        check_page(check, VMWRITE_BITMAP);
    }
}

// The virtual local APIC and interrupt delivery without exits. We use none of it yet: the rules say
// what must stay 0.
static void check_virtual_apic(struct vmcs_check *check, uint32_t pin, uint32_t cpu, uint32_t cpu2)
{
    if (cpu & CPU_TPR_SHADOW) {
        check_page(check, VIRTUAL_APIC_ADDRESS);
        if (!(cpu2 & CPU2_VIRTUAL_INTERRUPTS))
            vmcs_require(check, vmcs_read(TPR_THRESHOLD) >> 4 == 0, TPR_THRESHOLD,
                         "bits 31:4 are 0 without virtual-interrupt delivery");
    } else {
        vmcs_require(
            check, !(cpu2 & (CPU2_X2APIC | CPU2_APIC_REGISTERS | CPU2_VIRTUAL_INTERRUPTS)),
            CPU2_CONTROLS,
            "x2APIC mode, APIC-register virtualization and virtual-interrupt delivery need the "
            "TPR shadow");
    }
    if (cpu2 & CPU2_VIRTUALIZE_APIC)
        check_page(check, APIC_ACCESS_ADDRESS);
    vmcs_require(check, !(cpu2 & CPU2_X2APIC) || !(cpu2 & CPU2_VIRTUALIZE_APIC), CPU2_CONTROLS,
                 "virtualize x2APIC mode excludes virtualize APIC accesses");
    vmcs_require(check, !(cpu2 & CPU2_VIRTUAL_INTERRUPTS) || (pin & PIN_EXTERNAL_INTERRUPT),
                 PIN_CONTROLS, "virtual-interrupt delivery needs external-interrupt exiting");
    if (pin & PIN_POSTED_INTERRUPTS) {
        vmcs_require(check, cpu2 & CPU2_VIRTUAL_INTERRUPTS, PIN_CONTROLS,
                     "posted interrupts need virtual-interrupt delivery");
        vmcs_require(check, vmcs_read(EXIT_CONTROLS) & EXIT_ACK_INTERRUPT, EXIT_CONTROLS,
                     "posted interrupts need acknowledge interrupt on exit");
        vmcs_require(check, vmcs_read(POSTED_INTERRUPT_VECTOR) < 256, POSTED_INTERRUPT_VECTOR,
                     "the vector is less than 256");
        vmcs_require(check, is_physical(check, vmcs_read(POSTED_INTERRUPT_ADDRESS), 6),
                     POSTED_INTERRUPT_ADDRESS, "the address is a multiple of 64");
    }
}

static void check_nmi(struct vmcs_check *check, uint32_t pin, uint32_t cpu)
{
    vmcs_require(check, !(pin & PIN_VIRTUAL_NMIS) || (pin & PIN_NMI), PIN_CONTROLS,
                 "virtual NMIs need NMI exiting");
    vmcs_require(check, !(cpu & CPU_NMI_WINDOW) || (pin & PIN_VIRTUAL_NMIS), CPU_CONTROLS,
                 "NMI-window exiting needs virtual NMIs");
}

//  63      N N-1          12 11    7  6   5   3 2    0
//  +--------+---------------+-------+---+------+------+     EPT pointer
//  |    0   | PML4 address  |   0   |A/D|walk-1| type |
//  +--------+---------------+-------+---+------+------+
static void check_eptp(struct vmcs_check *check)
{
    const uint64_t can = check->cap->ept_vpid;
    uint64_t eptp = vmcs_read(EPT_POINTER);
    unsigned type = eptp & 7;

    vmcs_require(check,
                 (type == MEMORY_TYPE_WB && (can & EPT_CAP_WB)) ||
                     (type == MEMORY_TYPE_UC && (can & EPT_CAP_UC)),
                 EPT_POINTER, "the memory type is one that the CPU supports for EPT");
    vmcs_require(check, (eptp >> 3 & 7) == 3 && (can & EPT_CAP_4_LEVEL), EPT_POINTER,
                 "the page-walk length is 4");
    vmcs_require(check, !(eptp & (1 << 6)) || (can & EPT_CAP_ACCESSED_DIRTY), EPT_POINTER,
                 "accessed and dirty flags are on only if the CPU has them");
    vmcs_require(check, (eptp & 0xF80) == 0 && eptp >> check->cap->physical_bits == 0, EPT_POINTER,
                 "bits 11:7 and those beyond a physical address are 0");
}

static void check_translation(struct vmcs_check *check, uint32_t cpu2)
{
    if (cpu2 & CPU2_EPT)
        check_eptp(check);
    vmcs_require(check, !(cpu2 & CPU2_UNRESTRICTED) || (cpu2 & CPU2_EPT), CPU2_CONTROLS,
                 "an unrestricted guest needs EPT");
    vmcs_require(check, !(cpu2 & CPU2_VPID) || vmcs_read(VPID), VPID, "VPID is not 0");
    if (cpu2 & CPU2_PML) {
        vmcs_require(check, cpu2 & CPU2_EPT, CPU2_CONTROLS, "PML needs EPT");
        check_page(check, PML_ADDRESS);
    }
    if (cpu2 & CPU2_VE)
        check_page(check, VE_INFORMATION_ADDRESS);
}

// A list of MSRs for the CPU to store or load: 16 bytes each.
static void check_msr_list(struct vmcs_check *check, enum vmcs_field count, enum vmcs_field address)
{
    uint64_t entries = vmcs_read(count), first = vmcs_read(address);

    if (entries)
        vmcs_require(check,
                     is_physical(check, first, 4) &&
                         (first + entries * 16 - 1) >> check->cap->physical_bits == 0,
                     address, "the MSR list is a multiple of 16 and within physical addresses");
}

void vmcs_check_controls(struct vmcs_check *check)
{
    uint32_t pin = (uint32_t)vmcs_read(PIN_CONTROLS);
    uint32_t cpu = (uint32_t)vmcs_read(CPU_CONTROLS);
    uint32_t cpu2 = vmcs_cpu2_controls();
    uint32_t entry = (uint32_t)vmcs_read(ENTRY_CONTROLS);

    check_reserved(check, CONTROL_PIN, PIN_CONTROLS);
    check_reserved(check, CONTROL_CPU, CPU_CONTROLS);
    if (cpu & CPU_SECONDARY)
        check_reserved(check, CONTROL_CPU2, CPU2_CONTROLS);
    check_reserved(check, CONTROL_EXIT, EXIT_CONTROLS);
    check_reserved(check, CONTROL_ENTRY, ENTRY_CONTROLS);
    vmcs_require(check, vmcs_read(CR3_TARGET_COUNT) <= VMX_MISC_CR3_TARGETS(check->cap->misc),
                 CR3_TARGET_COUNT, "no more CR3-target values than the CPU has");
    check_bitmaps(check, cpu, cpu2);
    check_virtual_apic(check, pin, cpu, cpu2);
    check_nmi(check, pin, cpu);
    check_translation(check, cpu2);
    vmcs_require(check,
                 (pin & PIN_PREEMPTION_TIMER) || !(vmcs_read(EXIT_CONTROLS) & EXIT_SAVE_TIMER),
                 EXIT_CONTROLS, "saving the preemption timer needs the timer");
    check_msr_list(check, EXIT_MSR_STORE_COUNT, EXIT_MSR_STORE_ADDRESS);
    check_msr_list(check, EXIT_MSR_LOAD_COUNT, EXIT_MSR_LOAD_ADDRESS);
    check_msr_list(check, ENTRY_MSR_LOAD_COUNT, ENTRY_MSR_LOAD_ADDRESS);
    vmcs_require(check, !(entry & (ENTRY_TO_SMM | ENTRY_DUAL_MONITOR)), ENTRY_CONTROLS,
                 "outside SMM, no entry to SMM and no end of the dual-monitor treatment");
}
