// What guests have of the machine itself: ports that nobody else uses, the date, and the speed of
// the time-stamp counter.

#ifndef VMM_GUESTS_HOST_H
#define VMM_GUESTS_HOST_H

#include <stdint.h>

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

// The seconds since 1970 that the battery-backed clock of the machine shows, taken as UTC.
uint64_t clock_now(void);

// The seconds since 1970 at a date of the years 2000 to 2099. Months and days count from 1.
uint64_t clock_seconds(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                       unsigned second);

// The frequency of the TSC in kHz, measured against the machine's timer for 50 ms; 0 if the timer
// doesn't run. No instruction tells it on every CPU; the timer of a PC always runs at the same
// speed. Changes channel 2 of the timer, which is nobody's before a guest runs.
uint64_t tsc_khz(void);

// `ticks` of the TSC in the time of `count` clocks of the timer, as kHz.
uint64_t tsc_khz_from(uint64_t ticks, uint32_t count);

#endif
