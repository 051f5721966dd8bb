// The constants of VMX: the MSRs that describe it and the bits of its control fields, each with the
// name that the SDM gives it, because a bit that the CPU lacks is reported by that name.
//
// Sources: SDM Vol. 3, "VMX Capability Reporting Facility" (MSRs, capability bits) and "Virtual
// Machine Control Structures" (controls).

#ifndef VMM_VMX_VMX_H
#define VMM_VMX_VMX_H

#include <stdint.h>

#include "common/pc/x86.h"

// IA32_FEATURE_CONTROL: written once by the firmware, then locked until the next reset.
#define FEATURE_CONTROL_LOCK            (1u << 0)
#define FEATURE_CONTROL_VMX_OUTSIDE_SMX (1u << 2)

// IA32_VMX_BASIC
#define VMX_BASIC_REVISION(basic)    ((unsigned)((basic) >> 0) & 0x7FFFFFFF)
#define VMX_BASIC_MEMORY_TYPE(basic) ((unsigned)((basic) >> 50) & 0xF)
#define VMX_BASIC_STRING_IO          (1ull << 54)  // an exit of INS or OUTS tells its segment
#define VMX_BASIC_TRUE_CONTROLS      (1ull << 55)

// IA32_VMX_MISC
#define VMX_MISC_TIMER_SHIFT(m) ((m) % 32)  // bits 4:0: the preemption timer counts TSC >> this
#define VMX_MISC_SAVES_LMA      (1u << 5)   // an exit writes EFER.LMA to the entry controls
#define VMX_MISC_ACTIVITY_HLT   (1u << 6)   // and shut-down and wait-for-SIPI in the next two
#define VMX_MISC_CR3_TARGETS(m) ((unsigned)((m) >> 16) & 0x1FF)
#define VMX_MISC_ENTRY_LENGTH_0 (1u << 30)  // an injected software event may have length 0

// IA32_VMX_EPT_VPID_CAP: what EPT can do beyond what we need ...
#define EPT_CAP_EXECUTE_ONLY   (1ull << 0)   // pages that can only be executed
#define EPT_CAP_UC             (1ull << 8)   // uncacheable paging structures
#define EPT_CAP_ACCESSED_DIRTY (1ull << 21)  // accessed and dirty flags

// clang-format off

// ... and what we do: (name, bit, what it is called in a message)
#define EPT_VPID_BITS(X)                                   \
    X(EPT_CAP_4_LEVEL, 6, "EPT page-walk length 4")        \
    X(EPT_CAP_WB, 14, "EPT write-back memory type")        \
    X(EPT_CAP_2_MIB, 16, "EPT 2-MiB pages")                \
    X(EPT_CAP_INVEPT, 20, "INVEPT")                        \
    X(EPT_CAP_INVEPT_SINGLE, 25, "single-context INVEPT")  \
    X(EPT_CAP_INVEPT_ALL, 26, "all-context INVEPT")        \
    X(EPT_CAP_INVVPID, 32, "INVVPID")                      \
    X(EPT_CAP_INVVPID_ALL, 42, "all-context INVVPID")

#define PREEMPTION_TIMER_MAX 0xFFFFFFFFu

// The control fields, one list each: (name, bit, the SDM's name). A bit that neither we nor the
// rules of entry_check/check.h use is not listed.
#define PIN_BITS(X)                                                \
    X(PIN_EXTERNAL_INTERRUPT, 0, "external-interrupt exiting")     \
    X(PIN_NMI, 3, "NMI exiting")                                   \
    X(PIN_VIRTUAL_NMIS, 5, "virtual NMIs")                         \
    X(PIN_PREEMPTION_TIMER, 6, "activate VMX-preemption timer")    \
    X(PIN_POSTED_INTERRUPTS, 7, "process posted interrupts")

#define CPU_BITS(X)                                                \
    X(CPU_INTERRUPT_WINDOW, 2, "interrupt-window exiting")         \
    X(CPU_TSC_OFFSETTING, 3, "use TSC offsetting")                 \
    X(CPU_HLT, 7, "HLT exiting")                                   \
    X(CPU_MWAIT, 10, "MWAIT exiting")                              \
    X(CPU_RDPMC, 11, "RDPMC exiting")                              \
    X(CPU_CR3_LOAD, 15, "CR3-load exiting")                        \
    X(CPU_CR3_STORE, 16, "CR3-store exiting")                      \
    X(CPU_CR8_LOAD, 19, "CR8-load exiting")                        \
    X(CPU_CR8_STORE, 20, "CR8-store exiting")                      \
    X(CPU_TPR_SHADOW, 21, "use TPR shadow")                        \
    X(CPU_NMI_WINDOW, 22, "NMI-window exiting")                    \
    X(CPU_UNCONDITIONAL_IO, 24, "unconditional I/O exiting")       \
    X(CPU_IO_BITMAPS, 25, "use I/O bitmaps")                       \
    X(CPU_MSR_BITMAPS, 28, "use MSR bitmaps")                      \
    X(CPU_MONITOR, 29, "MONITOR exiting")                          \
    X(CPU_SECONDARY, 31, "activate secondary controls")

#define CPU2_BITS(X)                                               \
    X(CPU2_VIRTUALIZE_APIC, 0, "virtualize APIC accesses")         \
    X(CPU2_EPT, 1, "enable EPT")                                   \
    X(CPU2_RDTSCP, 3, "enable RDTSCP")                             \
    X(CPU2_X2APIC, 4, "virtualize x2APIC mode")                    \
    X(CPU2_VPID, 5, "enable VPID")                                 \
    X(CPU2_WBINVD, 6, "WBINVD exiting")                            \
    X(CPU2_UNRESTRICTED, 7, "unrestricted guest")                  \
    X(CPU2_APIC_REGISTERS, 8, "APIC-register virtualization")      \
    X(CPU2_VIRTUAL_INTERRUPTS, 9, "virtual-interrupt delivery")    \
    X(CPU2_INVPCID, 12, "enable INVPCID")                          \
    X(CPU2_VMFUNC, 13, "enable VM functions")                      \
    X(CPU2_VMCS_SHADOWING, 14, "VMCS shadowing")                   \
    X(CPU2_ENCLS, 15, "ENCLS exiting")                             \
    X(CPU2_PML, 17, "enable PML")                                  \
    X(CPU2_VE, 18, "EPT-violation #VE")                            \
    X(CPU2_XSAVES, 20, "enable XSAVES/XRSTORS")                    \
    X(CPU2_USER_WAIT, 26, "enable user wait and pause")            \
    X(CPU2_ENCLV, 28, "enable ENCLV exiting")

#define EXIT_BITS(X)                                               \
    X(EXIT_SAVE_DEBUG, 2, "save debug controls")                   \
    X(EXIT_HOST_64, 9, "host address-space size")                  \
    X(EXIT_LOAD_PERF, 12, "load IA32_PERF_GLOBAL_CTRL")            \
    X(EXIT_ACK_INTERRUPT, 15, "acknowledge interrupt on exit")     \
    X(EXIT_SAVE_PAT, 18, "save IA32_PAT")                          \
    X(EXIT_LOAD_PAT, 19, "load IA32_PAT")                          \
    X(EXIT_SAVE_EFER, 20, "save IA32_EFER")                        \
    X(EXIT_LOAD_EFER, 21, "load IA32_EFER")                        \
    X(EXIT_SAVE_TIMER, 22, "save VMX-preemption timer value")

#define ENTRY_BITS(X)                                              \
    X(ENTRY_LOAD_DEBUG, 2, "load debug controls")                  \
    X(ENTRY_GUEST_64, 9, "IA-32e mode guest")                      \
    X(ENTRY_TO_SMM, 10, "entry to SMM")                            \
    X(ENTRY_DUAL_MONITOR, 11, "deactivate dual-monitor treatment") \
    X(ENTRY_LOAD_PERF, 13, "load IA32_PERF_GLOBAL_CTRL")           \
    X(ENTRY_LOAD_PAT, 14, "load IA32_PAT")                         \
    X(ENTRY_LOAD_EFER, 15, "load IA32_EFER")                       \
    X(ENTRY_LOAD_BNDCFGS, 16, "load IA32_BNDCFGS")

// clang-format on

#define VMX_BIT(name, bit, text) name = 1ull << (bit),
enum pin_control { PIN_BITS(VMX_BIT) };
enum cpu_control { CPU_BITS(VMX_BIT) };
enum cpu2_control { CPU2_BITS(VMX_BIT) };
enum exit_control { EXIT_BITS(VMX_BIT) };
enum entry_control { ENTRY_BITS(VMX_BIT) };
enum ept_vpid_capability { EPT_VPID_BITS(VMX_BIT) };
#undef VMX_BIT

#endif
