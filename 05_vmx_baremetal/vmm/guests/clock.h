// What time it is: the battery-backed clock of the machine.

#ifndef VMM_GUESTS_CLOCK_H
#define VMM_GUESTS_CLOCK_H

#include <stdint.h>

// The seconds since 1970 that the clock of the machine shows, taken as UTC.
uint64_t clock_now(void);

// The seconds since 1970 at a date of the years 2000 to 2099. Months and days count from 1.
uint64_t clock_seconds(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                       unsigned second);

#endif
