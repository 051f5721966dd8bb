// Numbers that assembly needs and only C knows: offsets and sizes of structures, addresses, bits. A
// file `offsets.c` lists them; it is compiled to assembly text and never linked, and the Makefile
// turns each marked line into `%define NAME value` in build/<folder>/offsets.inc. No number is
// typed twice.
//
//     #include "kernel/offsets.h"                        %include "vmm/offsets.inc"
//     #include "vmm/vcpu.h"
//     void offsets(void);                                 mov [rdi + VCPU_RAX], rax
//     void offsets(void)
//     {
//         OFFSET(VCPU_RAX, struct vcpu, rax);
//     }

#ifndef KERNEL_OFFSETS_H
#define KERNEL_OFFSETS_H

#include <stddef.h>

#define VALUE(name, value)         __asm__ volatile("#define " #name " %c0" ::"i"(value))
#define OFFSET(name, type, member) VALUE(name, offsetof(type, member))

#endif
