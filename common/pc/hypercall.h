// What a guest may ask of our hypervisor with VMCALL, and how it finds out that it runs on ours.
// The hypervisor of stage 05 and the guest's program hvctl both include this file: it is the
// contract.
//
//      CPUID 0x40000000   EAX  the highest hypervisor leaf
//                         EBX, ECX, EDX  HYPERVISOR_SIGNATURE, four letters each
//      CPUID 0x40000001   EAX  HYPERCALL_VERSION
//
//      VMCALL   in   RAX  which call: enum hypercall
//                    RBX  its argument, if it has one
//               out  RAX  0, or a negative enum hypercall_error
//                    RBX, RCX, RDX, RSI, RDI  what the call returns, unchanged after an error
//
// Every other register keeps its value. Arguments and results travel in registers only: an address
// would be one of the guest's virtual addresses, and the hypervisor would have to walk page tables
// that may change below its feet. 32-bit code sees the low half of each result.
//
// VMCALL is for every privilege level; a call that changes something is for those who may use the
// port for power management, ACPI_PM1A_CONTROL: ring 0, and whom its kernel lets (CPL <= IOPL, or
// the port's bit in the TSS, which ioperm() clears). Without a hypervisor below it is #UD, and
// another hypervisor's calls have other meanings: CPUID comes first, always.
//
// Source: SDM Vol. 3, "VMCALL - Call to VM Monitor". The leaves from 0x40000000 on are a convention
// of all hypervisors: the SDM leaves them free (Vol. 2, "CPUID - CPU Identification").

#ifndef COMMON_PC_HYPERCALL_H
#define COMMON_PC_HYPERCALL_H

#define HYPERVISOR_SIGNATURE      "StepByStepHV"  // 12 letters, no terminating zero in registers
#define HYPERVISOR_LEAF_SIGNATURE 0x40000000u
#define HYPERVISOR_LEAF_VERSION   0x40000001u

// Grows when a call changes its meaning; new calls leave it alone, since old ones answer
// HYPERCALL_UNKNOWN to them.
#define HYPERCALL_VERSION 1

enum hypercall {
    HYPERCALL_HELLO = 1,     // RBX out: HYPERCALL_VERSION. The hypervisor prints a line of its own.
    HYPERCALL_STATS = 2,     // RBX in: a basic exit reason, from 0 on; behind the last one, devices
                             // whose registers are in memory. RBX out: exits so far.
                             // RCX, RDX, RSI, RDI out: its name
    HYPERCALL_POWEROFF = 3,  // ends the machine with status 0; does not return. Changes something
};

enum hypercall_error {
    HYPERCALL_UNKNOWN = -1,  // no such call
    HYPERCALL_END = -2,      // HYPERCALL_STATS: the last row is behind you
    HYPERCALL_DENIED = -3,   // not from this privilege level
};

// The name of a row, as the memory image of RCX, RDX, RSI and RDI in this order. Shorter
// names are padded with zeros, longer ones are cut; 32 letters have no zero at the end.
#define HYPERCALL_NAME_SIZE 32

#endif
