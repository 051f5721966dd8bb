// The page of the local APIC: see local_apic.h.

#include "vmm/guests/devices/local_apic.h"

#include "vmm/guests/host.h"

static bool is_there(const struct apic *apic)
{
    return apic_is_on(apic) && !apic_is_x2(apic) && apic->base / APIC_SIZE == APIC_GPA / APIC_SIZE;
}

uint64_t local_apic_read(void *device, uint64_t offset, unsigned size)
{
    struct apic *apic = device;

    return is_there(apic) ? apic_read(apic, (uint32_t)offset, size, guest_tsc()) : UINT64_MAX;
}

void local_apic_write(void *device, uint64_t offset, unsigned size, uint64_t value)
{
    struct apic *apic = device;

    if (is_there(apic))
        apic_write(apic, (uint32_t)offset, size, (uint32_t)value, guest_tsc());
}
