// A firmware that is busy to the end, for uefi.t: its first ExitBootServices fails, since it has
// changed the map of memory, and after the second its local APIC has a timer running, and doesn't
// let the 8259s through. Between the loader for UEFI and its entry, as high.c is.

#include "boot/uefi/uefi.h"
#include "common/pc/apic/apic.h"
#include "kernel/cpu.h"

#define TIMER_VECTOR   0x41
#define TIMER_PERIODIC (1u << 17)
#define TIMER_COUNT    10000
#define DIVIDE_BY_1    0xB

void __real_loader(void *application, const struct uefi_system_table *system);
void __wrap_loader(void *application, const struct uefi_system_table *system);

uint8_t busy_x2apic = 0;  // uefi.t sets it, in the file

static uefi_status(UEFI *exit_really)(void *application, size_t key);

static void apic_set(unsigned reg, uint32_t value)
{
    if (busy_x2apic)
        wrmsr(MSR_X2APIC_FIRST + reg, value);
    else
        *(volatile uint32_t *)(uint64_t)(APIC_GPA + reg * 16) = value;
}

static uefi_status UEFI exit_busy(void *application, size_t key)
{
    static bool asked;
    uefi_status status = exit_really(application, asked ? key : key + 1);

    asked = true;
    if (status != 0)
        return status;
    cli();
    if (busy_x2apic)
        wrmsr(MSR_APIC_BASE, rdmsr(MSR_APIC_BASE) | APIC_BASE_X2);
    apic_set(APIC_LVT_LINT0, APIC_MASKED);
    apic_set(APIC_LVT_TIMER, TIMER_PERIODIC | TIMER_VECTOR);
    apic_set(APIC_TIMER_DIVIDE, DIVIDE_BY_1);
    apic_set(APIC_TIMER_INITIAL, TIMER_COUNT);
    return 0;
}

void __wrap_loader(void *application, const struct uefi_system_table *system)
{
    exit_really = system->boot->exit_boot_services;
    system->boot->exit_boot_services = exit_busy;
    __real_loader(application, system);
}
