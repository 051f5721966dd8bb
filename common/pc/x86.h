// The numbers of the x86 architecture: each register's bits, each vector, MSR and size that is used
// here stands in this file, once, by its name in the SDM. Assembly gets them from here too, as
// build/x86.inc (see rules.mk). What belongs to VMX alone is in 05_vmx_baremetal/vmm/vmx.
//
// Source: SDM Vol. 3, "System Architecture Overview", "Paging", "Segment Descriptors", "Interrupt
// and Exception Handling"; Vol. 4 (MSRs); Vol. 2, "CPUID".

#ifndef COMMON_PC_X86_H
#define COMMON_PC_X86_H

#include <stdint.h>

#define BIT(n) (UINT64_C(1) << (n))

// Sizes, in bytes
#define KIB(n) ((uint64_t)(n) << 10)
#define MIB(n) ((uint64_t)(n) << 20)
#define GIB(n) ((uint64_t)(n) << 30)

#define PAGE_SIZE    UINT64_C(0x1000)
#define PAGE_SIZE_2M UINT64_C(0x200000)

// CR0
#define CR0_PE BIT(0)   // protected mode
#define CR0_EM BIT(2)   // there is no x87: its instructions raise #NM
#define CR0_TS BIT(3)   // the next x87 or SSE instruction raises #NM
#define CR0_ET BIT(4)   // always 1
#define CR0_NE BIT(5)   // x87 errors raise #MF
#define CR0_WP BIT(16)  // ring 0 obeys read-only pages too
#define CR0_AM BIT(18)  // with RFLAGS.AC: ring 3 must align
#define CR0_NW BIT(29)  // not write-through: with CD, the caches are off
#define CR0_CD BIT(30)  // cache disable
#define CR0_PG BIT(31)  // paging

// CR4
#define CR4_DE      BIT(3)   // breakpoints on ports
#define CR4_PSE     BIT(4)   // pages of 4 MiB
#define CR4_PAE     BIT(5)   // page tables with 64-bit entries
#define CR4_MCE     BIT(6)   // a machine check is #MC; without, it stops the machine
#define CR4_OSFXSR  BIT(9)   // SSE instructions work
#define CR4_VMXE    BIT(13)  // VMXON works
#define CR4_SMXE    BIT(14)  // GETSEC works
#define CR4_PCIDE   BIT(17)  // CR3 has a process-context identifier
#define CR4_OSXSAVE BIT(18)  // XSAVE works
#define CR4_SMAP    BIT(21)  // ring 0 keeps off user pages, unless RFLAGS.AC

// RFLAGS
#define RFLAGS_CF      BIT(0)   // carry
#define RFLAGS_ONE     BIT(1)   // always 1
#define RFLAGS_PF      BIT(2)   // even parity of the lowest byte
#define RFLAGS_AF      BIT(4)   // carry out of bit 3
#define RFLAGS_ZF      BIT(6)   // zero
#define RFLAGS_SF      BIT(7)   // sign
#define RFLAGS_TF      BIT(8)   // single step
#define RFLAGS_IF      BIT(9)   // the CPU takes interrupts
#define RFLAGS_DF      BIT(10)  // string instructions go down
#define RFLAGS_OF      BIT(11)  // overflow of a signed number
#define RFLAGS_RF      BIT(16)  // in a saved RFLAGS: no instruction breakpoint this time
#define RFLAGS_VM      BIT(17)  // virtual-8086 mode
#define RFLAGS_IOPL(f) ((unsigned)((f) >> 12 & 3))
#define RFLAGS_AC      BIT(18)  // alignment check, and access to user pages in spite of SMAP
#define RFLAGS_DEFINED UINT64_C(0x3F7FD7)

// Debug registers, as after a reset
#define DR6_RESET UINT64_C(0xFFFF0FF0)
#define DR7_RESET UINT64_C(0x400)

// XCR0: what XSAVE saves. The first is always on.
#define XCR0_X87 BIT(0)
#define XCR0_SSE BIT(1)
#define XCR0_AVX BIT(2)  // needs SSE

// An entry of a page table, at any level
//
//   63   62      52 51                          12 11   9 8  7   6  5  4  3  2  1  0
//  +----+----------+------------------------------+-----+--+---+--+--+--+--+--+--+--+
//  | XD |  free    | address of the table or page |free |G |PS |D |A |PC PW|US|RW|P |
//  +----+----------+------------------------------+-----+--+---+--+--+--+--+--+--+--+
#define ENTRY_PRESENT    BIT(0)
#define ENTRY_WRITABLE   BIT(1)
#define ENTRY_USER       BIT(2)
#define ENTRY_PAT_1      BIT(3)  // memory type by entry 1 of IA32_PAT; the SDM calls it PWT
#define ENTRY_ACCESSED   BIT(5)
#define ENTRY_DIRTY      BIT(6)
#define ENTRY_LARGE      BIT(7)  // not at the lowest level: a page, not a table
#define ENTRY_NO_EXECUTE BIT(63)
#define ENTRY_ADDRESS    UINT64_C(0x000FFFFFFFFFF000)

// The error code of a page fault
#define PAGE_FAULT_PRESENT  BIT(0)  // by rights or reserved bits; clear: nothing is mapped
#define PAGE_FAULT_WRITE    BIT(1)
#define PAGE_FAULT_USER     BIT(2)
#define PAGE_FAULT_RESERVED BIT(3)
#define PAGE_FAULT_FETCH    BIT(4)

// Access rights: bytes 5 and 6 of a segment descriptor. (VMX has one bit more.)
//
//   15  14  13  12  11   8   7   6  5  4  3    0
//  +---+---+---+---+------+---+------+---+------+
//  | G |D/B| L |AVL|  0   | P |  DPL | S | type |
//  +---+---+---+---+------+---+------+---+------+
#define ACCESS_TYPE(a)  ((unsigned)(a) % 16)
#define ACCESS_ACCESSED (1u << 0)  // of the type
#define ACCESS_READABLE (1u << 1)  // of the type, if it is code
#define ACCESS_WRITABLE (1u << 1)  // of the type, if it is data
#define ACCESS_DOWN     (1u << 2)  // of the type, if it is data: it lies above its limit
#define ACCESS_CODE     (1u << 3)  // of the type
#define ACCESS_S        (1u << 4)  // code or data, not a system segment
#define ACCESS_DPL(a)   ((unsigned)(a) >> 5 & 3)
#define ACCESS_P        (1u << 7)   // present
#define ACCESS_L        (1u << 13)  // 64-bit code
#define ACCESS_DB       (1u << 14)  // 32-bit stack or offsets; must be 0 with L
#define ACCESS_G        (1u << 15)  // the limit counts pages

enum segment_type {
    SEGMENT_LDT = 2,
    SEGMENT_DATA = 3,           // read/write, accessed
    SEGMENT_TSS_16 = 3,         // busy
    SEGMENT_DATA_DOWN = 7,      // the same, expand-down
    SEGMENT_TSS_AVAILABLE = 9,  // 32 or 64-bit
    SEGMENT_TSS = 11,           // busy, 32 or 64-bit
    SEGMENT_CODE = 11,          // readable, accessed
    SEGMENT_INTERRUPT_GATE = 14,
};

// Flat segments of ring 0, whole: base 0, limit 4 GiB.
#define DESCRIPTOR_CODE64 UINT64_C(0x00AF9B000000FFFF)
#define DESCRIPTOR_DATA   UINT64_C(0x00CF93000000FFFF)

enum exception_vector {
    EXCEPTION_DB = 1,
    EXCEPTION_NMI = 2,
    EXCEPTION_BP = 3,
    EXCEPTION_UD = 6,
    EXCEPTION_NM = 7,
    EXCEPTION_DF = 8,
    EXCEPTION_TS = 10,
    EXCEPTION_SS = 12,
    EXCEPTION_GP = 13,
    EXCEPTION_PF = 14,
    EXCEPTION_MF = 16,
    EXCEPTION_AC = 17,
    EXCEPTION_MC = 18,
    EXCEPTION_COUNT = 32,  // vectors from here on are interrupts
};

// MSRs, and the bits in them. Those of VMX from IA32_VMX_BASIC on are read-only.
#define MSR_TSC                    0x10
#define MSR_PLATFORM_ID            0x17
#define MSR_FEATURE_CONTROL        0x3A
#define MSR_TSC_ADJUST             0x3B
#define MSR_BIOS_SIGN_ID           0x8B
#define MSR_MCG_CAP                0x179
#define MSR_SYSENTER_CS            0x174
#define MSR_SYSENTER_ESP           0x175
#define MSR_SYSENTER_EIP           0x176
#define MSR_MISC_ENABLE            0x1A0
#define MSR_DEBUGCTL               0x1D9
#define MSR_PAT                    0x277
#define MSR_VMX_BASIC              0x480
#define MSR_VMX_MISC               0x485
#define MSR_VMX_CR0_FIXED0         0x486  // bits that must be 1 in CR0 ...
#define MSR_VMX_CR0_FIXED1         0x487  // ... and bits that may be
#define MSR_VMX_CR4_FIXED0         0x488
#define MSR_VMX_CR4_FIXED1         0x489
#define MSR_VMX_PROCBASED_CTLS2    0x48B
#define MSR_VMX_EPT_VPID_CAP       0x48C
#define MSR_VMX_TRUE_PINBASED_CTLS 0x48D
#define MSR_VMX_TRUE_PROCBASED     0x48E
#define MSR_VMX_TRUE_EXIT_CTLS     0x48F
#define MSR_VMX_TRUE_ENTRY_CTLS    0x490
#define MSR_EFER                   0xC0000080
#define MSR_STAR                   0xC0000081
#define MSR_LSTAR                  0xC0000082
#define MSR_CSTAR                  0xC0000083
#define MSR_FMASK                  0xC0000084
#define MSR_FS_BASE                0xC0000100
#define MSR_GS_BASE                0xC0000101
#define MSR_KERNEL_GS_BASE         0xC0000102
#define MSR_TSC_AUX                0xC0000103

#define MISC_ENABLE_FAST_STRING BIT(0)
#define MISC_ENABLE_NO_BTS      BIT(11)  // no branch trace store
#define MISC_ENABLE_NO_PEBS     BIT(12)  // no precise event-based sampling

#define EFER_LME     BIT(8)   // long mode, once paging is on
#define EFER_LMA     BIT(10)  // long mode is on
#define EFER_NXE     BIT(11)  // page tables have a no-execute bit
#define EFER_DEFINED UINT64_C(0xD01)

#define DEBUGCTL_LBR     BIT(0)  // record branches
#define DEBUGCTL_BTF     BIT(1)  // single step from branch to branch
#define DEBUGCTL_DEFINED UINT64_C(0xFFC3)

// IA32_PAT as after reset: WB, WT, UC-, UC, twice.
#define PAT_RESET UINT64_C(0x0007040600070406)

// The same, but for entry 1, which is WC: writes are gathered, as a frame buffer likes them.
#define PAT_WITH_WC UINT64_C(0x0007040600070106)

#define MEMORY_TYPE_UC 0
#define MEMORY_TYPE_WB 6

// CPUID: leaf, register, bit
#define CPUID_1_ECX_VMX          (1u << 5)
#define CPUID_1_ECX_TSC_DEADLINE (1u << 24)
#define CPUID_1_ECX_XSAVE        (1u << 26)
#define CPUID_1_ECX_OSXSAVE      (1u << 27)
#define CPUID_1_ECX_HYPERVISOR   (1u << 31)
#define CPUID_1_EDX_HTT          (1u << 28)  // EBX has the number of APIC ids of the package
#define CPUID_7_EBX_TSC_ADJUST   (1u << 1)
#define CPUID_7_EDX_ARCH_LBR     (1u << 19)  // which may leave IA32_DEBUGCTL without its LBR bit

#endif
