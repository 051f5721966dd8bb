// The bits of the guest-state area: what VM entry checks, and what the handlers of exits look at.
// Source: SDM Vol. 3, "Guest-State Area".

#ifndef VMM_VMX_GUEST_STATE_H
#define VMM_VMX_GUEST_STATE_H

// Access rights: bits 15:0 as in bytes 5 and 6 of a descriptor, and one bit more for "null".
//
//   16   15  14  13  12  11   8   7   6  5  4  3    0
//  +----+---+---+---+---+------+---+------+---+------+
//  |null| G |D/B| L |AVL|  0   | P |  DPL | S | type |
//  +----+---+---+---+---+------+---+------+---+------+
#define ACCESS_TYPE(a)  ((unsigned)(a) % 16)
#define ACCESS_ACCESSED (1u << 0)  // of the type
#define ACCESS_READABLE (1u << 1)  // of the type, if it is code
#define ACCESS_WRITABLE (1u << 1)  // of the type, if it is data
#define ACCESS_DOWN     (1u << 2)  // of the type, if it is data: it lies above its limit
#define ACCESS_CODE     (1u << 3)  // of the type
#define ACCESS_S        (1u << 4)  // code or data, not a system segment
#define ACCESS_DPL(a)   ((unsigned)(a) >> 5 & 3)
#define ACCESS_P        (1u << 7)
#define ACCESS_L        (1u << 13)
#define ACCESS_DB       (1u << 14)
#define ACCESS_G        (1u << 15)
#define ACCESS_UNUSABLE (1u << 16)
#define ACCESS_RESERVED 0xFFFE0F00u

enum segment_type {
    SEGMENT_LDT = 2,
    SEGMENT_DATA = 3,       // read/write, accessed
    SEGMENT_TSS_16 = 3,     // busy
    SEGMENT_DATA_DOWN = 7,  // the same, expand-down
    SEGMENT_TSS = 11,       // busy, 32 or 64-bit
    SEGMENT_CODE = 11,      // readable, accessed
};

enum activity { ACTIVITY_ACTIVE, ACTIVITY_HLT, ACTIVITY_SHUTDOWN, ACTIVITY_WAIT_SIPI };

// Interruptibility: what holds interrupts back although RFLAGS.IF may be 1.
#define BLOCKING_STI (1u << 0)  // for one instruction
#define BLOCKING_SS  (1u << 1)  // for one instruction
#define BLOCKING_SMI (1u << 2)
#define BLOCKING_NMI (1u << 3)  // until IRET

// Pending debug exceptions: breakpoints 3:0, an enabled one met (12), single step (14), RTM (16).
#define PENDING_DEBUG_BS      (1u << 14)
#define PENDING_DEBUG_DEFINED 0x1500Full

#define CR0_TS (1ull << 3)
#define CR0_ET (1u << 4)    // always 1
#define CR0_NE (1ull << 5)  // x87 errors raise #MF; VMX operation insists on it

#define CR0_AM (1ull << 18)  // with RFLAGS.AC: ring 3 must align

#define CR4_PSE     (1ull << 4)
#define CR4_OSXSAVE (1ull << 18)
#define CR4_SMAP    (1ull << 21)
#define CR4_VMXE    (1ull << 13)
#define CR4_PCIDE   (1ull << 17)
// What the guest may set, if the CPU has it: VME PVI TSD DE PSE PAE, PGE PCE OSFXSR OSXMMEXCPT
// UMIP, FSGSBASE, OSXSAVE, SMEP SMAP. Not MCE, VMXE, SMXE, PCIDE, PKE, CET: CPUID shows none of
// them.
#define CR4_GUEST   0x350FBFull

#define EFER_DEFINED 0xD01ull  // SCE, LME, LMA, NXE

#define DEBUGCTL_BTF     (1ull << 1)
#define DEBUGCTL_DEFINED 0xFFC3ull

#define DR7_RESET 0x400ull

#define RFLAGS_ONE     (1ull << 1)
#define RFLAGS_TF      (1ull << 8)
#define RFLAGS_IF      (1ull << 9)
#define RFLAGS_DF      (1ull << 10)
#define RFLAGS_RF      (1ull << 16)  // in a saved RFLAGS: no instruction breakpoint this time
#define RFLAGS_VM      (1ull << 17)
#define RFLAGS_AC      (1ull << 18)
#define RFLAGS_DEFINED 0x3F7FD7ull

#endif
