// How descriptors, gates and the TSS are laid out, apart from where ours are.

#ifndef KERNEL_TRAP_DESCRIPTOR_ENCODE_H
#define KERNEL_TRAP_DESCRIPTOR_ENCODE_H

#include <stddef.h>
#include <stdint.h>

// The 64-bit TSS (SDM Vol. 3, "Task Management in 64-Bit Mode").
struct __attribute__((packed)) tss {
    uint32_t reserved0;
    uint64_t rsp[3];  // the stack for a switch to ring 0, 1, 2
    uint64_t reserved1;
    uint64_t ist[7];  // IST 1 to 7
    uint64_t reserved2;
    uint16_t reserved3;
    uint16_t io_map_base;
};
_Static_assert(sizeof(struct tss) == 104, "the SDM's size");
_Static_assert(offsetof(struct tss, ist) == 0x24, "the SDM's offset of IST1");

// A gate of the IDT (SDM Vol. 3, "64-Bit Mode IDT").
//
//   63          48 47 46 45 44 43  40 39      35 34 32 31           16 15           0
//  | offset 31:16 | P | DPL | 0 | type |    0    | IST |   selector   | offset 15:0  |
//  |                  reserved                   |          offset 63:32             |
struct gate {
    uint64_t low, high;
};

// The two places of an available 64-bit TSS. `limit` is its size - 1.
void descriptor_tss(uint64_t descriptor[2], uint64_t base, uint32_t limit);

// An interrupt gate of ring 0, which switches IF off. `ist` is 1 to 7, or 0.
struct gate gate_interrupt(uint16_t selector, uint64_t offset, unsigned ist);

#endif
