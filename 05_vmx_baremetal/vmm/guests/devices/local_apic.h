// The page of a guest's local APIC, for its table of device pages; `device` is the struct apic. Its
// MSRs are in exits/msr.c, its interrupts and its timer in exits/interrupt.c.

#ifndef VMM_GUESTS_DEVICES_LOCAL_APIC_H
#define VMM_GUESTS_DEVICES_LOCAL_APIC_H

#include "common/pc/apic/apic.h"

// In xAPIC mode; where it is says guest_apic_page().
uint64_t local_apic_read(void *device, uint64_t offset, unsigned size);
void local_apic_write(void *device, uint64_t offset, unsigned size, uint64_t value);

#endif
