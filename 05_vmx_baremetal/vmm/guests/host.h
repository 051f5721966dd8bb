// What guests have of the machine itself: ports that nobody else uses, the clock, and the speed of
// the time-stamp counter.

#ifndef VMM_GUESTS_HOST_H
#define VMM_GUESTS_HOST_H

#include <stdint.h>

#include "kernel/cpu.h"
#include "vmm/vmx/access.h"

#define PIT_FIRST 0x40
#define PIT_LAST  0x43
#define PIT_IRQ   0
#define PORT_B    0x61  // gate and output of the timer's channel 2, by which systems calibrate
#define PORT_WAIT 0x80  // nobody there: systems write to it to give a device a microsecond

// For a port map. `device` is HOST_PORT(first port). The devices have eight data pins: `size` is
// ignored.
#define HOST_PORT(first) ((void *)(uintptr_t)(first))

uint32_t host_in(void *device, uint16_t offset, unsigned size);
void host_out(void *device, uint16_t offset, unsigned size, uint32_t value);

// For a port map: the CMOS's ports. `device` is a struct cmos without a clock, which has the sizes
// of RAM; the clock is the machine's, whose interrupt the guest gets as its own. The guest may ask
// for interrupts and set the alarm, not the time.
uint32_t clock_in(void *device, uint16_t offset, unsigned size);
void clock_out(void *device, uint16_t offset, unsigned size, uint32_t value);

// No interrupts, until a guest asks for them.
void clock_reset(void);

// The frequency of the TSC in kHz, measured against the machine's timer for 50 ms; 0 if the timer
// doesn't run. No instruction tells it on every CPU; the timer of a PC always runs at the same
// speed. Changes channel 2 of the timer, which is nobody's before a guest runs.
uint64_t tsc_khz(void);

// Ends the machine with a sentence if the timer doesn't run.
void timer_demand(void);

// What the guest of the current VMCS reads there now.
static inline uint64_t guest_tsc(void)
{
    return rdtsc() + vmcs_read(TSC_OFFSET);
}

// `ticks` of the TSC in the time of `count` clocks of the timer, as kHz.
uint64_t tsc_khz_from(uint64_t ticks, uint32_t count);

#endif
