// Starts a vCPU where a 64-bit boot loader would have got to: 64-bit mode, paging on, interrupts
// off.
//
// Taught in book/03_linux_boot.

#ifndef COMMON_KVM_LONG_MODE_H
#define COMMON_KVM_LONG_MODE_H

#include <stdint.h>

#include "common/kvm/vcpu.h"
#include "common/pc/guest_ram.h"

// Writes page tables and GDT into guest RAM and sets the vCPU's registers so that it starts at
// `rip` with `rsi` in RSI. Only for the boot CPU: others wait for its start-up message. CPUID has
// to be set before: newer KVMs refuse long mode to a CPU that doesn't have it.
void vcpu_set_long_mode(struct vcpu *vcpu, const struct guest_ram *ram, uint64_t rip, uint64_t rsi);

// Turns on fast string operations in IA32_MISC_ENABLE, as firmware does. Where they are off, Linux
// stops believing one of CPUID's words on fast `rep movsb` (ERMS) but not the other (FSRM), and
// some kernels' memmove then dies early on Intel CPUs that have both.
void vcpu_set_fast_strings(struct vcpu *vcpu);

#endif
