// The clock of common/pc/cmos, driven by the host's: its interrupts come when they are due, also
// while the guest runs or halts.
//
// Taught in book/02_bios.

#ifndef COMMON_KVM_RTC_H
#define COMMON_KVM_RTC_H

#include <stdint.h>

struct rtc;

// A CMOS for the machine `vm_fd`, which has KVM's interrupt controllers, and RAM as for
// cmos_reset(). It lives as long as the program. It has a lock of its own: any thread may use it.
struct rtc *rtc_create(int vm_fd, uint64_t low_ram, uint64_t high_ram);

// For a port map: the CMOS's ports. `device` is the struct rtc.
uint32_t rtc_in(void *device, uint16_t offset, unsigned size);
void rtc_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
