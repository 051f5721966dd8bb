// GDT, TSS and IDT: what the processor looks up by itself. The VMCS wants the same values as host
// state, because a VM exit reloads every one of them.

#ifndef KERNEL_TRAP_DESCRIPTOR_H
#define KERNEL_TRAP_DESCRIPTOR_H

#include <stdint.h>

// The GDT, one row a selector. The TSS descriptor takes two places in 64-bit mode.
//
//   0x00  null
//   0x08  code, 64-bit, ring 0      CS
//   0x10  data, ring 0              SS, DS, ES, FS, GS
//   0x18  TSS, 16 bytes             TR
enum {
    SELECTOR_CODE = 0x08,
    SELECTOR_DATA = 0x10,
    SELECTOR_TSS = 0x18,
};

// Builds and loads the three tables, reloads all segment registers and the task register.
// Interrupts stay off.
void descriptor_init(void);

// The linear addresses that are loaded in GDTR, IDTR and the hidden part of TR. The bases of FS and
// GS are 0 in the hypervisor.
uint64_t descriptor_gdt_base(void);
uint64_t descriptor_idt_base(void);
uint64_t descriptor_tss_base(void);

#endif
