// The page of the local APIC: see local_apic.h.

#include "vmm/guests/devices/local_apic.h"

#include "vmm/guests/host.h"

uint64_t local_apic_read(void *device, uint64_t offset, unsigned size)
{
    return apic_read(device, (uint32_t)offset, size, guest_tsc());
}

void local_apic_write(void *device, uint64_t offset, unsigned size, uint64_t value)
{
    apic_write(device, (uint32_t)offset, size, (uint32_t)value, guest_tsc());
}
