// The debug registers of the guest: see debug.h.

#include "vmm/vcpu/debug.h"

#include "common/pc/x86.h"

struct debug_registers debug_read(void)
{
    struct debug_registers now;

    __asm__ volatile("mov %%dr0, %0" : "=r"(now.dr[0]));
    __asm__ volatile("mov %%dr1, %0" : "=r"(now.dr[1]));
    __asm__ volatile("mov %%dr2, %0" : "=r"(now.dr[2]));
    __asm__ volatile("mov %%dr3, %0" : "=r"(now.dr[3]));
    __asm__ volatile("mov %%dr6, %0" : "=r"(now.dr6));
    return now;
}

void debug_reset(void)
{
    __asm__ volatile("mov %0, %%dr0" : : "r"(UINT64_C(0)));
    __asm__ volatile("mov %0, %%dr1" : : "r"(UINT64_C(0)));
    __asm__ volatile("mov %0, %%dr2" : : "r"(UINT64_C(0)));
    __asm__ volatile("mov %0, %%dr3" : : "r"(UINT64_C(0)));
    __asm__ volatile("mov %0, %%dr6" : : "r"(DR6_RESET));
}
