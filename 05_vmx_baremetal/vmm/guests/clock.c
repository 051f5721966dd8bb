// The machine's clock: see host.h. Source: MC146818A data sheet, "Address Map", "Update Cycle".

#include "vmm/guests/host.h"

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

#include "kernel/cpu.h"

#define RTC_INDEX 0x70
#define RTC_DATA  0x71

// Where the chip keeps seconds, minutes, hours, day, month, year: two decimal digits each.
static const uint8_t registers[] = {0, 2, 4, 7, 8, 9};

#define COUNT sizeof(registers)

#define RTC_STATUS_A 10
#define RTC_UPDATING (1u << 7)  // the registers are about to change

#define DAYS_1970_TO_2000 10957u

static uint8_t rtc_read(uint8_t index)
{
    out8(RTC_INDEX, index);
    return in8(RTC_DATA);
}

static unsigned from_bcd(uint8_t bcd)
{
    return (bcd >> 4) * 10u + (bcd & 0xF);
}

static void read_all(uint8_t values[COUNT])
{
    while (rtc_read(RTC_STATUS_A) & RTC_UPDATING)
        ;
    for (size_t i = 0; i < COUNT; i++)
        values[i] = rtc_read(registers[i]);
}

uint64_t clock_now(void)
{
    uint8_t v[COUNT], again[COUNT];

    do {  // an update may begin right behind the look at status A
        read_all(v);
        read_all(again);
    } while (memcmp(v, again, COUNT) != 0);
    return clock_seconds(2000 + from_bcd(v[5]), from_bcd(v[4]), from_bcd(v[3]), from_bcd(v[2]),
                         from_bcd(v[1]), from_bcd(v[0]));
}

uint64_t clock_seconds(unsigned year, unsigned month, unsigned day, unsigned hour, unsigned minute,
                       unsigned second)
{
    static const uint16_t before_month[] = {0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334};
    unsigned years = year - 2000;
    bool leap = years % 4 == 0;  // of this century, all of them
    uint64_t days = DAYS_1970_TO_2000 + years * 365ull + (years + 3) / 4;

    days += before_month[(month - 1) % 12] + (leap && month > 2) + day - 1;
    return ((days * 24 + hour) * 60 + minute) * 60 + second;
}
