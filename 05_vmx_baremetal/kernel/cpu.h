// Single instructions of the processor, one wrapper each. Whatever takes more than one instruction,
// or touches the stack or the control flow, is NASM and stands elsewhere. The VMX instructions have
// a header of their own in vmm/.

#ifndef KERNEL_CPU_H
#define KERNEL_CPU_H

#include <stdint.h>

#include "common/pc/x86.h"

struct cpuid {
    uint32_t eax, ebx, ecx, edx;
};

static inline struct cpuid cpuid(uint32_t leaf, uint32_t subleaf)
{
    struct cpuid id;

    __asm__ volatile("cpuid"
                     : "=a"(id.eax), "=b"(id.ebx), "=c"(id.ecx), "=d"(id.edx)
                     : "a"(leaf), "c"(subleaf));
    return id;
}

static inline uint64_t rdmsr(uint32_t msr)
{
    uint32_t low, high;

    __asm__ volatile("rdmsr" : "=a"(low), "=d"(high) : "c"(msr));
    return (uint64_t)high << 32 | low;
}

static inline void wrmsr(uint32_t msr, uint64_t value)
{
    __asm__ volatile("wrmsr" ::"c"(msr), "a"((uint32_t)value), "d"((uint32_t)(value >> 32))
                     : "memory");
}

// One more double word of a CRC-32C (SDM Vol. 2, "CRC32"), which begins as -1 and is inverted at
// the end.
static inline uint32_t crc32(uint32_t crc, uint32_t word)
{
    __asm__("crc32l %1, %0" : "+r"(crc) : "rm"(word));
    return crc;
}

static inline uint64_t rdtsc(void)
{
    uint32_t low, high;

    __asm__ volatile("rdtsc" : "=a"(low), "=d"(high));
    return (uint64_t)high << 32 | low;
}

// Ports. The order of arguments is that of the instruction: port, value.

static inline uint8_t in8(uint16_t port)
{
    uint8_t value;

    __asm__ volatile("inb %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline uint16_t in16(uint16_t port)
{
    uint16_t value;

    __asm__ volatile("inw %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline uint32_t in32(uint16_t port)
{
    uint32_t value;

    __asm__ volatile("inl %1, %0" : "=a"(value) : "Nd"(port));
    return value;
}

static inline void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" ::"a"(value), "Nd"(port));
}

static inline void out16(uint16_t port, uint16_t value)
{
    __asm__ volatile("outw %0, %1" ::"a"(value), "Nd"(port));
}

static inline void out32(uint16_t port, uint32_t value)
{
    __asm__ volatile("outl %0, %1" ::"a"(value), "Nd"(port));
}

// Control registers: read_cr0(), write_cr0(value) and so on.

#define CPU_REGISTER(name)                                                                         \
    static inline uint64_t read_##name(void)                                                       \
    {                                                                                              \
        uint64_t value;                                                                            \
                                                                                                   \
        __asm__ volatile("mov %%" #name ", %0" : "=r"(value));                                     \
        return value;                                                                              \
    }                                                                                              \
                                                                                                   \
    static inline void write_##name(uint64_t value)                                                \
    {                                                                                              \
        __asm__ volatile("mov %0, %%" #name ::"r"(value) : "memory");                              \
    }

CPU_REGISTER(cr0)
CPU_REGISTER(cr2)
CPU_REGISTER(cr3)
CPU_REGISTER(cr4)

// The x87, which is the guest's: its status and control words, and the end of its errors.

static inline uint16_t fnstsw(void)
{
    uint16_t value;

    __asm__ volatile("fnstsw %0" : "=a"(value));
    return value;
}

static inline uint16_t fnstcw(void)
{
    uint16_t value;

    __asm__ volatile("fnstcw %0" : "=m"(value));
    return value;
}

static inline void fnclex(void)
{
    __asm__ volatile("fnclex");
}

// Descriptor tables: the operand of LGDT and LIDT.

struct __attribute__((packed)) table_register {
    uint16_t limit;  // bytes - 1
    uint64_t base;
};

static inline void lgdt(const struct table_register *gdt)
{
    __asm__ volatile("lgdt %0" ::"m"(*gdt));
}

static inline void lidt(const struct table_register *idt)
{
    __asm__ volatile("lidt %0" ::"m"(*idt));
}

static inline void ltr(uint16_t selector)
{
    __asm__ volatile("ltr %0" ::"r"(selector));
}

// The rest.

static inline void cli(void)
{
    __asm__ volatile("cli" ::: "memory");
}

static inline void hlt(void)
{
    __asm__ volatile("hlt" ::: "memory");
}

static inline void store_fence(void)
{
    __asm__ volatile("sfence" ::: "memory");
}

static inline uint64_t xgetbv(uint32_t index)
{
    uint32_t low, high;

    __asm__ volatile("xgetbv" : "=a"(low), "=d"(high) : "c"(index));
    return (uint64_t)high << 32 | low;
}

static inline void xsetbv(uint32_t index, uint64_t value)
{
    __asm__ volatile("xsetbv" ::"c"(index), "a"((uint32_t)value), "d"((uint32_t)(value >> 32)));
}

#endif
