// Numbers that assembly needs and only C knows: offsets and sizes of structures, addresses, bits. A
// file `offsets.c` lists them; it is compiled to assembly text and never linked, and image.mk takes
// the `%define NAME value` lines out of that text into build/<folder>/offsets.inc. No number is
// typed twice.
//
//     #include "kernel/offsets.h"                        %include "vmm/offsets.inc"
//     #include "vmm/vcpu/vcpu.h"
//     void offsets(void);                                 mov [rdi + VCPU_CR2], rax
//     void offsets(void)
//     {
//         OFFSET(VCPU_CR2, struct vcpu, cr2);
//     }

#ifndef KERNEL_OFFSETS_H
#define KERNEL_OFFSETS_H

#include <stddef.h>

// The directive .ascii is only there to carry the line through the compiler, gcc and clang alike.
#define VALUE(name, value)         __asm__ volatile(".ascii \"%%define " #name " %c0\"" ::"i"(value))
#define OFFSET(name, type, member) VALUE(name, offsetof(type, member))
#define TEXT(name, text)           __asm__ volatile(".ascii \"%%define " #name " '" text "'\"" ::)

#endif
