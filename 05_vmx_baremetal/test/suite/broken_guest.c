// The list of broken.h, part three of four: rules on the guest state: VM entry ends in exit
// reason 33.

#include "kernel/cpu.h"
#include "test/suite/broken.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/vmx.h"

#define NOT_CANONICAL 0x0000800000000000ull

#define EVENT(type, vector) (EVENT_VALID | (type) << 8 | (vector))
#define FAULT(vector)       EVENT(EVENT_HARDWARE_EXCEPTION, vector)

// Sentences that several rows expect.
#define CR0_FIXED       "CR0 has the bits that VMX operation fixes, PE and PG excepted if unrestricted"
#define CR4_FIXED       "CR4 has the bits that VMX operation fixes"
#define CANONICAL       "the address is canonical"
#define HIGH_WORD       "bits 31:16 are 0"
#define RFLAGS_RESERVED "reserved bits of RFLAGS are 0"
#define VM_MODE         "RFLAGS.VM needs protected mode, and not IA-32e mode"
#define WAKES           "the injected event can reach a CPU in this activity state"
#define PDPTE           "reserved bits of a present PDPTE are 0"

// clang-format off
static const struct broken list[] = {
    {PROTECTED, GUEST_CR0, CR0_FIXED, {{OFF, GUEST_CR0, CR0_NE}}},
    {PROTECTED, GUEST_CR0, CR0_FIXED, {{ON, GUEST_CR0, 1ull << 32}}},
    {REAL, GUEST_CR0, "CR0.PG needs CR0.PE", {{ON, GUEST_CR0, CR0_PG}}},
    {PROTECTED, GUEST_CR4, CR4_FIXED, {{OFF, GUEST_CR4, CR4_VMXE}}},
    {PROTECTED, GUEST_CR4, CR4_FIXED, {{ON, GUEST_CR4, 1u << 31}}},
    {LONG, GUEST_CR4, "an IA-32e mode guest has CR4.PAE", {{OFF, GUEST_CR4, CR4_PAE}}},
    {PROTECTED, GUEST_CR4, "CR4.PCIDE is 0 outside IA-32e mode", {{ON, GUEST_CR4, CR4_PCIDE}}},
    {PROTECTED, GUEST_CR3, "CR3 is no wider than a physical address",
     {{ON, GUEST_CR3, 1ull << 60}}},
    {PROTECTED, GUEST_DR7, "bits 63:32 of DR7 are 0", {{ON, GUEST_DR7, 1ull << 32}}},
    {PROTECTED, GUEST_SYSENTER_ESP, CANONICAL, {{SET, GUEST_SYSENTER_ESP, NOT_CANONICAL}}},
    {PROTECTED, GUEST_SYSENTER_EIP, CANONICAL, {{SET, GUEST_SYSENTER_EIP, NOT_CANONICAL}}},
    {PROTECTED, GUEST_PAT, "every entry of PAT is a memory type",
     {{SET, GUEST_PAT, 0x0800060606060606}}},
    {PROTECTED, GUEST_EFER, "reserved bits of EFER are 0", {{ON, GUEST_EFER, 1 << 1}}},
    {LONG, GUEST_EFER, "EFER.LMA agrees with IA-32e mode guest", {{OFF, GUEST_EFER, EFER_LMA}}},
    {LONG, GUEST_EFER, "with paging, EFER.LMA agrees with EFER.LME", {{OFF, GUEST_EFER, EFER_LME}}},
    {PROTECTED, GUEST_GDTR_BASE, CANONICAL, {{SET, GUEST_GDTR_BASE, NOT_CANONICAL}}},
    {PROTECTED, GUEST_GDTR_LIMIT, HIGH_WORD, {{SET, GUEST_GDTR_LIMIT, 0x10000}}},
    {PROTECTED, GUEST_IDTR_BASE, CANONICAL, {{SET, GUEST_IDTR_BASE, NOT_CANONICAL}}},
    {PROTECTED, GUEST_IDTR_LIMIT, HIGH_WORD, {{SET, GUEST_IDTR_LIMIT, 0x10000}}},
    {PROTECTED, GUEST_RIP, "bits 63:32 are 0 outside 64-bit code", {{SET, GUEST_RIP, 1ull << 32}}},
    {PROTECTED, GUEST_RFLAGS, RFLAGS_RESERVED, {{ON, GUEST_RFLAGS, 1 << 3}}},
    {PROTECTED, GUEST_RFLAGS, RFLAGS_RESERVED, {{ON, GUEST_RFLAGS, 1 << 15}}},
    {PROTECTED, GUEST_RFLAGS, RFLAGS_RESERVED, {{ON, GUEST_RFLAGS, 1 << 22}}},
    {PROTECTED, GUEST_RFLAGS, "bit 1 of RFLAGS is 1", {{OFF, GUEST_RFLAGS, RFLAGS_ONE}}},
    {LONG, GUEST_RFLAGS, VM_MODE, {{ON, GUEST_RFLAGS, RFLAGS_VM}}},
    {REAL, GUEST_RFLAGS, VM_MODE, {{ON, GUEST_RFLAGS, RFLAGS_VM}}},
    {PROTECTED, GUEST_RFLAGS, "an injected external interrupt needs RFLAGS.IF",
     {{SET, ENTRY_INTERRUPTION_INFO, EVENT(EVENT_EXTERNAL_INTERRUPT, 0x20)}}},
    {PROTECTED, GUEST_ACTIVITY, "the activity state is one that the CPU supports",
     {{SET, GUEST_ACTIVITY, 4}}},
    {PROTECTED, GUEST_ACTIVITY, "a CPU that blocks interrupts for one instruction is active",
     {{SET, GUEST_ACTIVITY, ACTIVITY_HLT}, {ON, GUEST_RFLAGS, RFLAGS_IF},
      {ON, GUEST_INTERRUPTIBILITY, BLOCKING_STI}}},
    {PROTECTED, GUEST_ACTIVITY, WAKES,
     {{SET, GUEST_ACTIVITY, ACTIVITY_SHUTDOWN},
      {SET, ENTRY_INTERRUPTION_INFO, FAULT(EXCEPTION_UD)}}},
    {PROTECTED, GUEST_ACTIVITY, "only ring 0 is halted",
     {{SET, GUEST_ACTIVITY, ACTIVITY_HLT}, {ON, GUEST_SS_ACCESS, 3 << 5},
      {ON, GUEST_CS_ACCESS, 3 << 5}}},
    {PROTECTED, GUEST_INTERRUPTIBILITY, "bits 31:5 are 0", {{ON, GUEST_INTERRUPTIBILITY, 1 << 5}}},
    {PROTECTED, GUEST_INTERRUPTIBILITY, "STI and MOV SS don't block both",
     {{ON, GUEST_RFLAGS, RFLAGS_IF}, {ON, GUEST_INTERRUPTIBILITY, BLOCKING_STI | BLOCKING_SS}}},
    {PROTECTED, GUEST_INTERRUPTIBILITY, "blocking by STI needs RFLAGS.IF",
     {{ON, GUEST_INTERRUPTIBILITY, BLOCKING_STI}}},
    {PROTECTED, GUEST_INTERRUPTIBILITY, "outside SMM nothing is blocked by SMI",
     {{ON, GUEST_INTERRUPTIBILITY, BLOCKING_SMI}}},
    {PROTECTED, GUEST_INTERRUPTIBILITY, "no external interrupt is injected behind STI or MOV SS",
     {{SET, ENTRY_INTERRUPTION_INFO, EVENT(EVENT_EXTERNAL_INTERRUPT, 0x20)},
      {ON, GUEST_RFLAGS, RFLAGS_IF}, {ON, GUEST_INTERRUPTIBILITY, BLOCKING_SS}}},
    {PROTECTED, GUEST_INTERRUPTIBILITY, "no NMI is injected behind MOV SS",
     {{SET, ENTRY_INTERRUPTION_INFO, EVENT(EVENT_NMI, 2)},
      {ON, GUEST_INTERRUPTIBILITY, BLOCKING_SS}}},
    {PROTECTED, GUEST_PENDING_DEBUG, "reserved bits of the pending debug exceptions are 0",
     {{ON, GUEST_PENDING_DEBUG, 1 << 4}}},
    {PROTECTED, VMCS_LINK_POINTER, "the link pointer is all ones, or the address of a VMCS",
     {{SET, VMCS_LINK_POINTER, 0x10}}},
    {PAE, GUEST_PDPTE0, PDPTE, {{SET, GUEST_PDPTE0, 1 | 1 << 1}}},
    {PAE, GUEST_PDPTE1, PDPTE, {{SET, GUEST_PDPTE1, 1 | 1 << 5}}},
    {PAE, GUEST_PDPTE2, PDPTE, {{SET, GUEST_PDPTE2, 1 | 1 << 8}}},
    {PAE, GUEST_PDPTE3, PDPTE, {{SET, GUEST_PDPTE3, 1 | 1ull << 60}}},
};
// clang-format on

const struct broken_part broken_guest = {AREA_GUEST, list, sizeof(list) / sizeof(list[0])};
