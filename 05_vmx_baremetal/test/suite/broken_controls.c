// The list of broken.h, part one of four: rules on control fields: VMLAUNCH fails with
// VM-instruction error 7.

#include "test/suite/broken.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/vmx.h"

#define EVENT(type, vector) (EVENT_VALID | (type) << 8 | (vector))
#define FAULT(vector)       EVENT(EVENT_HARDWARE_EXCEPTION, vector)

// Sentences that several rows expect.
#define MUST_BE_1 "every bit that the capability MSR requires is 1"
#define MUST_BE_0 "every bit that the capability MSR doesn't allow is 0"
#define PAGE      "the address is a multiple of 4 KiB and no wider than a physical address"
#define NEEDS_TPR_SHADOW                                                                           \
    "x2APIC mode, APIC-register virtualization and virtual-interrupt delivery need the TPR shadow"
#define EPTP_RESERVED "bits 11:7 and those beyond a physical address are 0"
#define MSR_LIST      "the MSR list is a multiple of 16 and within physical addresses"
#define VECTOR        "the vector is 2 for an NMI and at most 31 for an exception"
#define ERROR_CODE                                                                                 \
    "an error code is delivered with the exceptions that have one, and only with them"
#define LENGTH "the length of a software event's instruction is 1 to 15"

// clang-format off
static const struct broken list[] = {
    {PROTECTED, PIN_CONTROLS, MUST_BE_1, {{OFF, PIN_CONTROLS, 1 << 1}}},
    {PROTECTED, PIN_CONTROLS, MUST_BE_0, {{ON, PIN_CONTROLS, 1u << 31}}},
    {PROTECTED, CPU_CONTROLS, MUST_BE_1, {{OFF, CPU_CONTROLS, 1 << 1}}},
    {PROTECTED, CPU_CONTROLS, MUST_BE_0, {{ON, CPU_CONTROLS, 1 << 0}}},
    {PROTECTED, CPU2_CONTROLS, MUST_BE_0, {{ON, CPU2_CONTROLS, 1u << 31}}},
    {PROTECTED, EXIT_CONTROLS, MUST_BE_1, {{OFF, EXIT_CONTROLS, 1 << 0}}},
    {PROTECTED, EXIT_CONTROLS, MUST_BE_0, {{ON, EXIT_CONTROLS, 1u << 31}}},
    {PROTECTED, ENTRY_CONTROLS, MUST_BE_1, {{OFF, ENTRY_CONTROLS, 1 << 0}}},
    {PROTECTED, ENTRY_CONTROLS, MUST_BE_0, {{ON, ENTRY_CONTROLS, 1u << 31}}},
    {PROTECTED, CR3_TARGET_COUNT, "no more CR3-target values than the CPU has",
     {{SET, CR3_TARGET_COUNT, 5}}},
    {PROTECTED, MSR_BITMAP, PAGE, {{ON, MSR_BITMAP, 0x800}}},
    {PROTECTED, MSR_BITMAP, PAGE, {{ON, MSR_BITMAP, 1ull << 60}}},
    {PROTECTED, IO_BITMAP_A, PAGE,
     {{ON, CPU_CONTROLS, CPU_IO_BITMAPS}, {SET, IO_BITMAP_A, 0x10}, {SET, IO_BITMAP_B, 0}}},
    {PROTECTED, IO_BITMAP_B, PAGE,
     {{ON, CPU_CONTROLS, CPU_IO_BITMAPS}, {SET, IO_BITMAP_B, 0x10}, {SET, IO_BITMAP_A, 0}}},
    {PROTECTED, PIN_CONTROLS, "virtual NMIs need NMI exiting",
     {{OFF, PIN_CONTROLS, PIN_NMI}}},
    {PROTECTED, CPU_CONTROLS, "NMI-window exiting needs virtual NMIs",
     {{OFF, PIN_CONTROLS, PIN_VIRTUAL_NMIS}, {ON, CPU_CONTROLS, CPU_NMI_WINDOW}}},
    {PROTECTED, VIRTUAL_APIC_ADDRESS, PAGE,
     {{ON, CPU_CONTROLS, CPU_TPR_SHADOW}, {SET, VIRTUAL_APIC_ADDRESS, 0x10},
      {SET, TPR_THRESHOLD, 0}}},
    {PROTECTED, TPR_THRESHOLD, "bits 31:4 are 0 without virtual-interrupt delivery",
     {{ON, CPU_CONTROLS, CPU_TPR_SHADOW}, {SET, VIRTUAL_APIC_ADDRESS, 0x1000},
      {SET, TPR_THRESHOLD, 0x10}}},
    {PROTECTED, CPU2_CONTROLS, NEEDS_TPR_SHADOW, {{ON, CPU2_CONTROLS, CPU2_X2APIC}}},
    {PROTECTED, CPU2_CONTROLS, NEEDS_TPR_SHADOW, {{ON, CPU2_CONTROLS, CPU2_APIC_REGISTERS}}},
    {PROTECTED, CPU2_CONTROLS, NEEDS_TPR_SHADOW, {{ON, CPU2_CONTROLS, CPU2_VIRTUAL_INTERRUPTS}}},
    {PROTECTED, APIC_ACCESS_ADDRESS, PAGE,
     {{ON, CPU2_CONTROLS, CPU2_VIRTUALIZE_APIC}, {SET, APIC_ACCESS_ADDRESS, 0x10}}},
    {PROTECTED, CPU2_CONTROLS, "virtualize x2APIC mode excludes virtualize APIC accesses",
     {{ON, CPU_CONTROLS, CPU_TPR_SHADOW}, {SET, VIRTUAL_APIC_ADDRESS, 0x1000},
      {SET, APIC_ACCESS_ADDRESS, 0x1000},
      {ON, CPU2_CONTROLS, CPU2_X2APIC | CPU2_VIRTUALIZE_APIC}}},
    {PROTECTED, PIN_CONTROLS, "virtual-interrupt delivery needs external-interrupt exiting",
     {{ON, CPU_CONTROLS, CPU_TPR_SHADOW}, {SET, VIRTUAL_APIC_ADDRESS, 0x1000},
      {ON, CPU2_CONTROLS, CPU2_VIRTUAL_INTERRUPTS}, {OFF, PIN_CONTROLS, PIN_EXTERNAL_INTERRUPT}}},
    {PROTECTED, VPID, "VPID is not 0", {{SET, VPID, 0}}},
    {PROTECTED, EPT_POINTER, "the memory type is one that the CPU supports for EPT",
     {{OFF, EPT_POINTER, 2}}},
    {PROTECTED, EPT_POINTER, "the page-walk length is 4", {{OFF, EPT_POINTER, 1 << 3}}},
    {PROTECTED, EPT_POINTER, EPTP_RESERVED, {{ON, EPT_POINTER, 1 << 8}}},
    {PROTECTED, EPT_POINTER, EPTP_RESERVED, {{ON, EPT_POINTER, 1ull << 60}}},
    {PROTECTED, CPU2_CONTROLS, "an unrestricted guest needs EPT", {{OFF, CPU2_CONTROLS, CPU2_EPT}}},
    {PROTECTED, VE_INFORMATION_ADDRESS, PAGE,
     {{ON, CPU2_CONTROLS, CPU2_VE}, {SET, VE_INFORMATION_ADDRESS, 0x10}}},
    {PROTECTED, VMREAD_BITMAP, PAGE,
     {{ON, CPU2_CONTROLS, CPU2_VMCS_SHADOWING}, {SET, VMREAD_BITMAP, 0x10},
      {SET, VMWRITE_BITMAP, 0}}},
    {PROTECTED, VMWRITE_BITMAP, PAGE,
     {{ON, CPU2_CONTROLS, CPU2_VMCS_SHADOWING}, {SET, VMWRITE_BITMAP, 0x10},
      {SET, VMREAD_BITMAP, 0}}},
    {PROTECTED, EXIT_CONTROLS, "saving the preemption timer needs the timer",
     {{OFF, PIN_CONTROLS, PIN_PREEMPTION_TIMER}, {ON, EXIT_CONTROLS, EXIT_SAVE_TIMER}}},
    {PROTECTED, EXIT_MSR_STORE_ADDRESS, MSR_LIST,
     {{SET, EXIT_MSR_STORE_COUNT, 1}, {SET, EXIT_MSR_STORE_ADDRESS, 8}}},
    {PROTECTED, EXIT_MSR_LOAD_ADDRESS, MSR_LIST,
     {{SET, EXIT_MSR_LOAD_COUNT, 1}, {SET, EXIT_MSR_LOAD_ADDRESS, 8}}},
    {PROTECTED, ENTRY_MSR_LOAD_ADDRESS, MSR_LIST,
     {{SET, ENTRY_MSR_LOAD_COUNT, 1}, {SET, ENTRY_MSR_LOAD_ADDRESS, 8}}},
    {PROTECTED, ENTRY_CONTROLS,
     "outside SMM, no entry to SMM and no end of the dual-monitor treatment",
     {{ON, ENTRY_CONTROLS, ENTRY_DUAL_MONITOR}}},
    {PROTECTED, ENTRY_INTERRUPTION_INFO, "the type of event is not 1",
     {{SET, ENTRY_INTERRUPTION_INFO, EVENT(EVENT_RESERVED_TYPE, 3)}}},
    {PROTECTED, ENTRY_INTERRUPTION_INFO, VECTOR,
     {{SET, ENTRY_INTERRUPTION_INFO, EVENT(EVENT_NMI, 3)}}},
    {PROTECTED, ENTRY_INTERRUPTION_INFO, VECTOR,
     {{SET, ENTRY_INTERRUPTION_INFO, FAULT(32)}}},
    {PROTECTED, ENTRY_INTERRUPTION_INFO, ERROR_CODE,
     {{SET, ENTRY_INTERRUPTION_INFO, FAULT(EXCEPTION_GP)}}},
    {PROTECTED, ENTRY_INTERRUPTION_INFO, ERROR_CODE,
     
      {{SET, ENTRY_INTERRUPTION_INFO, FAULT(EXCEPTION_UD) | EVENT_ERROR_CODE},
      {SET, ENTRY_EXCEPTION_ERROR_CODE, 0}}},
    {REAL, ENTRY_INTERRUPTION_INFO, ERROR_CODE,
     
      {{SET, ENTRY_INTERRUPTION_INFO, FAULT(EXCEPTION_GP) | EVENT_ERROR_CODE},
      {SET, ENTRY_EXCEPTION_ERROR_CODE, 0}}},
    {PROTECTED, ENTRY_INTERRUPTION_INFO, "bits 30:12 are 0",
     {{SET, ENTRY_INTERRUPTION_INFO, FAULT(EXCEPTION_UD) | 1 << 13}}},
    {PROTECTED, ENTRY_EXCEPTION_ERROR_CODE, "bits 31:16 are 0",
     
      {{SET, ENTRY_INTERRUPTION_INFO, FAULT(EXCEPTION_GP) | EVENT_ERROR_CODE},
      {SET, ENTRY_EXCEPTION_ERROR_CODE, 1 << 16}}},
    {PROTECTED, ENTRY_INSTRUCTION_LENGTH, LENGTH,
     {{SET, ENTRY_INTERRUPTION_INFO, EVENT(EVENT_SOFTWARE_INTERRUPT, 0x80)},
      {SET, ENTRY_INSTRUCTION_LENGTH, 16}}},
    {PROTECTED, ENTRY_INSTRUCTION_LENGTH, LENGTH,
     {{SET, ENTRY_INTERRUPTION_INFO, EVENT(EVENT_SOFTWARE_EXCEPTION, EXCEPTION_BP)},
      {SET, ENTRY_INSTRUCTION_LENGTH, 0}}},
};
// clang-format on

const struct broken_part broken_controls = {AREA_CONTROLS, list, sizeof(list) / sizeof(list[0])};
