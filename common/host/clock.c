// The clock of clock.h.

#include "common/host/clock.h"

#include <time.h>

uint64_t clock_now(void)
{
    return (uint64_t)time(NULL);
}
