// Which MSRs the guest reads and writes without an exit.

#ifndef VMM_VCPU_MSR_BITMAP_H
#define VMM_VCPU_MSR_BITMAP_H

#include <stdint.h>

// Fills the 4 KiB page `bitmap`: every MSR exits, except those that the guest has to itself.
// Source: SDM Vol. 3, "MSR-Bitmap Address".
void msr_bitmap_fill(uint8_t *bitmap);

#endif
