// The CMOS RAM and real-time clock of cmos.h.

#include "common/pc/cmos.h"

#include <stdbool.h>

enum { INDEX, DATA };  // the two ports

// The clock: registers 0 to 9, with the alarm's between, and four of status.
#define SECONDS  0x00
#define MINUTES  0x02
#define HOURS    0x04
#define WEEKDAY  0x06  // 1 is Sunday
#define DAY      0x07
#define MONTH    0x08
#define YEAR     0x09
#define STATUS_A 0x0A
#define STATUS_B 0x0B
#define STATUS_D 0x0D
#define CENTURY  0x32

#define STATUS_A_32KHZ   0x26  // the crystal's divider, and the interrupt rate that a BIOS sets
#define STATUS_B_24_HOUR (1u << 1)
#define STATUS_D_VALID   (1u << 7)  // the battery is good

// RAM sizes, low byte first.
#define BASE_RAM       0x15  // KiB below 640 KiB, 2 bytes
#define EXTENDED_RAM   0x17  // KiB above 1 MiB, 2 bytes, 65535 at most
#define EXTENDED_RAM_2 0x30  // the same again
#define RAM_OVER_16M   0x34  // 64 KiB above 16 MiB and below 4 GiB, 2 bytes
#define RAM_OVER_4G    0x5B  // 64 KiB above 4 GiB, 3 bytes

static void store(struct cmos *cmos, unsigned at, unsigned bytes, uint64_t value)
{
    for (unsigned i = 0; i < bytes; i++)
        cmos->bytes[at + i] = (uint8_t)(value >> (8 * i));
}

void cmos_reset(struct cmos *cmos, uint64_t (*now)(void), uint64_t low_ram, uint64_t high_ram)
{
    const uint64_t mib = 1024 * 1024;
    uint64_t extended = low_ram > mib ? (low_ram - mib) / 1024 : 0;
    uint64_t over_16m = low_ram > 16 * mib ? (low_ram - 16 * mib) / 65536 : 0;

    *cmos = (struct cmos){.now = now, .latched = now()};
    cmos->bytes[STATUS_A] = STATUS_A_32KHZ;
    cmos->bytes[STATUS_B] = STATUS_B_24_HOUR;
    cmos->bytes[STATUS_D] = STATUS_D_VALID;
    store(cmos, BASE_RAM, 2, 640);
    store(cmos, EXTENDED_RAM, 2, extended < 0xFFFF ? extended : 0xFFFF);
    store(cmos, EXTENDED_RAM_2, 2, extended < 0xFFFF ? extended : 0xFFFF);
    store(cmos, RAM_OVER_16M, 2, over_16m);
    store(cmos, RAM_OVER_4G, 3, high_ram / 65536);
}

struct date {
    unsigned year, month, day;  // month and day from 1
};

static bool is_leap(unsigned year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// The date, counted from 1 January 1970 one year and one month at a time.
static struct date date_of(uint64_t days)
{
    static const unsigned lengths[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    struct date date = {1970, 1, 1};

    while (days >= (is_leap(date.year) ? 366u : 365u))
        days -= is_leap(date.year++) ? 366 : 365;
    for (;;) {
        unsigned length = lengths[date.month - 1] + (date.month == 2 && is_leap(date.year));

        if (days < length)
            break;
        days -= length;
        date.month++;
    }
    date.day += (unsigned)days;
    return date;
}

// Status B leaves the clock in binary-coded decimal, as every PC does: 59 reads as 0x59.
static uint8_t bcd(uint64_t value)
{
    return (uint8_t)(value / 10 % 10 << 4 | value % 10);
}

// Register `index` of the clock at the latched time.
static uint8_t clock_register(const struct cmos *cmos, unsigned index)
{
    uint64_t seconds = cmos->latched, days = seconds / 86400;
    struct date date = date_of(days);

    switch (index) {
    case SECONDS: return bcd(seconds % 60);
    case MINUTES: return bcd(seconds / 60 % 60);
    case HOURS: return bcd(seconds / 3600 % 24);
    case WEEKDAY: return bcd((days + 4) % 7 + 1);  // 1 January 1970 was a Thursday, day 5
    case DAY: return bcd(date.day);
    case MONTH: return bcd(date.month);
    case YEAR: return bcd(date.year % 100);
    default: return bcd(date.year / 100);
    }
}

static bool is_clock_register(unsigned index)
{
    return index == SECONDS || index == MINUTES || index == HOURS || index == CENTURY ||
           (index >= WEEKDAY && index <= YEAR);
}

uint32_t cmos_in(void *device, uint16_t offset, unsigned size)
{
    struct cmos *cmos = device;

    (void)size;
    if (offset == INDEX)
        return 0xFF;  // the index can't be read back
    // A reader takes the seconds first, after status A told it that no update is under way. From
    // there on it sees one moment, not the seconds of one minute and the minutes of the next.
    if (cmos->index == SECONDS || cmos->index == STATUS_A)
        cmos->latched = cmos->now();
    if (is_clock_register(cmos->index))
        return clock_register(cmos, cmos->index);
    return cmos->bytes[cmos->index];
}

void cmos_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct cmos *cmos = device;

    (void)size;
    if (offset == INDEX) {
        cmos->index = value & (CMOS_BYTES - 1);
        return;
    }
    // The clock is the host's and is not set from here. C and D are read-only in hardware as well;
    // a guest that chose another format in B would read nonsense, so B keeps ours.
    if (is_clock_register(cmos->index) || (cmos->index >= STATUS_A && cmos->index <= STATUS_D))
        return;
    cmos->bytes[cmos->index] = (uint8_t)value;
}
