// Why a guest stopped: the basic exit reasons. Source: SDM Vol. 3, appendix "VMX Basic Exit
// Reasons".

#ifndef VMM_VMX_REASONS_H
#define VMM_VMX_REASONS_H

#include <stdint.h>

// clang-format off
#define EXIT_REASONS(REASON)                                            \
    REASON(EXCEPTION_NMI,       0, "exception or NMI")                  \
    REASON(EXTERNAL_INTERRUPT,  1, "external interrupt")                \
    REASON(TRIPLE_FAULT,        2, "triple fault")                      \
    REASON(INIT,                3, "INIT signal")                       \
    REASON(SIPI,                4, "start-up IPI")                      \
    REASON(IO_SMI,              5, "I/O SMI")                           \
    REASON(OTHER_SMI,           6, "other SMI")                         \
    REASON(INTERRUPT_WINDOW,    7, "interrupt window")                  \
    REASON(NMI_WINDOW,          8, "NMI window")                        \
    REASON(TASK_SWITCH,         9, "task switch")                       \
    REASON(CPUID,              10, "CPUID")                             \
    REASON(GETSEC,             11, "GETSEC")                            \
    REASON(HLT,                12, "HLT")                               \
    REASON(INVD,               13, "INVD")                              \
    REASON(INVLPG,             14, "INVLPG")                            \
    REASON(RDPMC,              15, "RDPMC")                             \
    REASON(RDTSC,              16, "RDTSC")                             \
    REASON(RSM,                17, "RSM")                               \
    REASON(VMCALL,             18, "VMCALL")                            \
    REASON(VMCLEAR,            19, "VMCLEAR")                           \
    REASON(VMLAUNCH,           20, "VMLAUNCH")                          \
    REASON(VMPTRLD,            21, "VMPTRLD")                           \
    REASON(VMPTRST,            22, "VMPTRST")                           \
    REASON(VMREAD,             23, "VMREAD")                            \
    REASON(VMRESUME,           24, "VMRESUME")                          \
    REASON(VMWRITE,            25, "VMWRITE")                           \
    REASON(VMXOFF,             26, "VMXOFF")                            \
    REASON(VMXON,              27, "VMXON")                             \
    REASON(CR_ACCESS,          28, "control-register access")           \
    REASON(MOV_DR,             29, "MOV DR")                            \
    REASON(IO,                 30, "I/O instruction")                   \
    REASON(RDMSR,              31, "RDMSR")                             \
    REASON(WRMSR,              32, "WRMSR")                             \
    REASON(BAD_GUEST_STATE,    33, "entry failure: guest state")        \
    REASON(BAD_MSR_LIST,       34, "entry failure: MSR loading")        \
    REASON(MWAIT,              36, "MWAIT")                             \
    REASON(MONITOR_TRAP,       37, "monitor trap flag")                 \
    REASON(MONITOR,            39, "MONITOR")                           \
    REASON(PAUSE,              40, "PAUSE")                             \
    REASON(MACHINE_CHECK,      41, "entry failure: machine check")      \
    REASON(TPR_THRESHOLD,      43, "TPR below threshold")               \
    REASON(APIC_ACCESS,        44, "APIC access")                       \
    REASON(VIRTUALIZED_EOI,    45, "virtualized EOI")                   \
    REASON(GDTR_IDTR,          46, "access to GDTR or IDTR")            \
    REASON(LDTR_TR,            47, "access to LDTR or TR")              \
    REASON(EPT_VIOLATION,      48, "EPT violation")                     \
    REASON(EPT_MISCONFIG,      49, "EPT misconfiguration")              \
    REASON(INVEPT,             50, "INVEPT")                            \
    REASON(RDTSCP,             51, "RDTSCP")                            \
    REASON(PREEMPTION_TIMER,   52, "VMX-preemption timer expired")      \
    REASON(INVVPID,            53, "INVVPID")                           \
    REASON(WBINVD,             54, "WBINVD or WBNOINVD")                \
    REASON(XSETBV,             55, "XSETBV")                            \
    REASON(APIC_WRITE,         56, "APIC write")                        \
    REASON(RDRAND,             57, "RDRAND")                            \
    REASON(INVPCID,            58, "INVPCID")                           \
    REASON(VMFUNC,             59, "VMFUNC")                            \
    REASON(ENCLS,              60, "ENCLS")                             \
    REASON(RDSEED,             61, "RDSEED")                            \
    REASON(PML_FULL,           62, "page-modification log full")        \
    REASON(XSAVES,             63, "XSAVES")                            \
    REASON(XRSTORS,            64, "XRSTORS")                           \
    REASON(PCONFIG,            65, "PCONFIG")                           \
    REASON(SPP_EVENT,          66, "SPP-related event")                 \
    REASON(UMWAIT,             67, "UMWAIT")                            \
    REASON(TPAUSE,             68, "TPAUSE")                            \
    REASON(LOADIWKEY,          69, "LOADIWKEY")                         \
    REASON(ENCLV,              70, "ENCLV")                             \
    REASON(ENQCMD_PASID,       72, "ENQCMD PASID translation failure")  \
    REASON(ENQCMDS_PASID,      73, "ENQCMDS PASID translation failure") \
    REASON(BUS_LOCK,           74, "bus lock")                          \
    REASON(INSTRUCTION_TIMEOUT,75, "instruction timeout")               \
    REASON(SEAMCALL,           76, "SEAMCALL")                          \
    REASON(TDCALL,             77, "TDCALL")                            \
    REASON(RDMSRLIST,          78, "RDMSRLIST")                         \
    REASON(WRMSRLIST,          79, "WRMSRLIST")
// clang-format on

#define REASON_NUMBER(name, number, text) REASON_##name = number,
enum exit_reason { EXIT_REASONS(REASON_NUMBER) REASON_COUNT };
#undef REASON_NUMBER

// The field EXIT_REASON: the reason proper in bits 15:0; bit 31: VM entry failed, the guest did not
// run.
#define EXIT_BASIC_REASON(field) ((enum exit_reason)(uint16_t)(field))
#define EXIT_ENTRY_FAILURE       (1u << 31)

// "HLT" for 12; "unknown exit reason" for a number that is in no table.
const char *exit_reason_name(uint32_t basic);

// Exit qualification of an EPT violation. Source: SDM Vol. 3, "Exit Qualification for EPT
// Violations".
#define VIOLATION_READ         (1u << 0)
#define VIOLATION_WRITE        (1u << 1)
#define VIOLATION_FETCH        (1u << 2)
#define VIOLATION_LINEAR_VALID (1u << 7)
#define VIOLATION_TRANSLATED   (1u << 8)  // clear: the guest's own page tables were being read

#endif
