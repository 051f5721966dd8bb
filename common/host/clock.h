// The time of the host, for the guest's clock.

#ifndef COMMON_HOST_CLOCK_H
#define COMMON_HOST_CLOCK_H

#include <stdint.h>

// Microseconds since 1970, UTC.
uint64_t clock_now(void);

#endif
