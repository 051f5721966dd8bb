// The local APIC of apic.h, as a BIOS hands it over. Sources: MultiProcessor Specification,
// "Virtual Wire Mode"; SDM Vol. 3, "Advanced Programmable Interrupt Controller (APIC)".

#include "boot/uefi/apic.h"

#include "common/pc/apic/parts.h"
#include "common/pc/x86.h"
#include "kernel/cpu.h"

#define BASE_ADDRESS     0xFFFFFFFFFF000  // of IA32_APIC_BASE
#define SPURIOUS_VECTOR  0xFF
#define HIGHEST_PRIORITY 0xFF

static void apic_set(uint64_t base, unsigned reg, uint32_t value)
{
    if (base & APIC_BASE_X2)
        wrmsr(MSR_X2APIC_FIRST + reg, value);
    else
        *(volatile uint32_t *)((base & BASE_ADDRESS) + reg * 16) = value;
}

// An interrupt whose vector the APIC knows needs a priority above that of TPR, and there is none.
// What comes as ExtINT, whose vector the 8259 knows, isn't asked for one, and neither is an NMI.
void apic_quiet(void)
{
    uint64_t base = rdmsr(MSR_APIC_BASE);

    if (!(base & APIC_BASE_ENABLE))
        return;  // INTR of the 8259s is the CPU's own pin then
    apic_set(base, APIC_TPR, HIGHEST_PRIORITY);
    apic_set(base, APIC_SPURIOUS, APIC_SOFTWARE_ENABLED | SPURIOUS_VECTOR);
    apic_set(base, APIC_LVT_LINT0, APIC_EXTINT);
    apic_set(base, APIC_LVT_LINT1, DELIVER_NMI << 8);
}
