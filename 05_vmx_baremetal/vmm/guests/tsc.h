// How fast the time-stamp counter runs. No instruction says so on every CPU; the timer of a PC
// always runs at the same speed.

#ifndef VMM_GUESTS_TSC_H
#define VMM_GUESTS_TSC_H

#include <stdint.h>

// The frequency of the TSC in kHz, measured against the machine's timer for 50 ms; 0 if the timer
// doesn't run. Changes channel 2 of the timer, which is nobody's before a guest runs.
uint64_t tsc_khz(void);

// `ticks` of the TSC in the time of `count` clocks of the timer, as kHz.
uint64_t tsc_khz_from(uint64_t ticks, uint32_t count);

#endif
