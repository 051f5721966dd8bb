// The CMOS RAM and real-time clock of cmos.h.

#include "common/pc/cmos.h"

enum { INDEX, DATA };  // the two ports

// The clock: registers 0 to 9, with the alarm's between, and four of status.
#define SECONDS  0x00
#define MINUTES  0x02
#define HOURS    0x04
#define ALARM    0x01  // behind the register that each is compared with
#define WEEKDAY  0x06  // 1 is Sunday
#define DAY      0x07
#define MONTH    0x08
#define YEAR     0x09
#define STATUS_A 0x0A
#define STATUS_B 0x0B
#define STATUS_C 0x0C
#define STATUS_D 0x0D
#define CENTURY  0x32

#define STATUS_A_UPDATING (1u << 7)  // the clock registers are about to change
#define STATUS_A_RATE     0x0F
#define STATUS_A_32KHZ    0x26  // the crystal's divider, and the interrupt rate that a BIOS sets
#define STATUS_B_24_HOUR  (1u << 1)
#define STATUS_B_WRITABLE 0xF8       // all but the format and daylight saving
#define STATUS_B_SET      (1u << 7)  // no updates: somebody sets the time

// Bits of status B that let an interrupt through, and of C that say which it was.
#define PERIODIC      (1u << 6)
#define ALARM_REACHED (1u << 5)
#define UPDATE_ENDED  (1u << 4)
#define ANY_ENABLED   (1u << 7)  // in C

#define STATUS_D_VALID (1u << 7)  // the battery is good

#define SECOND     1000000u  // in microseconds
#define CRYSTAL_HZ 32768u
#define WARNING    244u    // so many microseconds before an update status A tells of it
#define DAY_LENGTH 86400u  // seconds

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

    *cmos = (struct cmos){.now = now, .seen = now ? now() : 0};
    cmos->latched = cmos->seen / SECOND;
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

// The periodic interrupt comes each time that the crystal's clocks have gone on by 1 << this. Rates
// 1 and 2 are those of 8 and 9; each further one has half the frequency.
static unsigned period_shift(const struct cmos *cmos)
{
    unsigned rate = cmos->bytes[STATUS_A] & STATUS_A_RATE;

    return rate <= 2 ? rate + 6 : rate - 1;
}

// How many periods of the periodic interrupt there were up to `time`. Rate 0 is none.
static uint64_t periods(const struct cmos *cmos, uint64_t time)
{
    uint64_t clocks = time / SECOND * CRYSTAL_HZ + time % SECOND * CRYSTAL_HZ / SECOND;

    return cmos->bytes[STATUS_A] & STATUS_A_RATE ? clocks >> period_shift(cmos) : 0;
}

// An alarm register of C0h and up matches everything.
static bool alarm_matches(const struct cmos *cmos, uint64_t seconds)
{
    const uint64_t time[] = {seconds % 60, seconds / 60 % 60, seconds / 3600 % 24};

    for (unsigned i = 0; i < 3; i++) {
        uint8_t alarm = cmos->bytes[SECONDS + 2 * i + ALARM];

        if (alarm < 0xC0 && alarm != bcd(time[i]))
            return false;
    }
    return true;
}

// What has happened since somebody last looked, into status C: whether it interrupts or not.
static void catch_up(struct cmos *cmos)
{
    uint64_t seen = cmos->seen, now = cmos->now(), second = seen / SECOND;
    uint8_t *flags = &cmos->bytes[STATUS_C];

    cmos->seen = now;
    if (periods(cmos, now) != periods(cmos, seen))
        *flags |= PERIODIC;
    if (now / SECOND == second || cmos->bytes[STATUS_B] & STATUS_B_SET)
        return;
    *flags |= UPDATE_ENDED;
    if (now / SECOND > second + DAY_LENGTH)
        second = now / SECOND - DAY_LENGTH;  // within a day every alarm comes
    while (second < now / SECOND)
        if (alarm_matches(cmos, ++second))
            *flags |= ALARM_REACHED;
}

// Those of status C's flags that may interrupt.
static uint8_t enabled(const struct cmos *cmos)
{
    return cmos->bytes[STATUS_B] & (PERIODIC | ALARM_REACHED | UPDATE_ENDED);
}

bool cmos_interrupt(struct cmos *cmos)
{
    if (enabled(cmos))
        catch_up(cmos);
    return cmos->bytes[STATUS_C] & enabled(cmos);
}

uint64_t cmos_next(const struct cmos *cmos)
{
    uint64_t next = UINT64_MAX;

    if (cmos->bytes[STATUS_C] & enabled(cmos))
        return next;  // the line is up until somebody reads C
    if (enabled(cmos) & (ALARM_REACHED | UPDATE_ENDED))
        next = (cmos->seen / SECOND + 1) * SECOND;
    if (enabled(cmos) & PERIODIC && cmos->bytes[STATUS_A] & STATUS_A_RATE) {
        uint64_t clocks = (periods(cmos, cmos->seen) + 1) << period_shift(cmos);
        uint64_t time = clocks / CRYSTAL_HZ * SECOND +
                        (clocks % CRYSTAL_HZ * SECOND + CRYSTAL_HZ - 1) / CRYSTAL_HZ;

        next = time < next ? time : next;
    }
    return next;
}

// Reading C is how a driver takes the interrupts.
static uint8_t status_c_read(struct cmos *cmos)
{
    uint8_t flags;

    catch_up(cmos);
    flags = cmos->bytes[STATUS_C];
    cmos->bytes[STATUS_C] = 0;
    return flags & enabled(cmos) ? flags | ANY_ENABLED : flags;
}

static uint8_t status_a_read(const struct cmos *cmos)
{
    bool updating = cmos->now() % SECOND >= SECOND - WARNING;

    if (cmos->bytes[STATUS_B] & STATUS_B_SET)
        updating = false;
    return cmos->bytes[STATUS_A] | (updating ? STATUS_A_UPDATING : 0);
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
        cmos->latched = cmos->now() / SECOND;
    if (is_clock_register(cmos->index))
        return clock_register(cmos, cmos->index);
    switch (cmos->index) {
    case STATUS_A: return status_a_read(cmos);
    case STATUS_C: return status_c_read(cmos);
    default: return cmos->bytes[cmos->index];
    }
}

// The clock is the host's and is not set from here. C and D are read-only in hardware as well; a
// guest that chose another format in B would read nonsense, so B keeps ours.
static void data_out(struct cmos *cmos, uint8_t value)
{
    uint8_t *byte = &cmos->bytes[cmos->index];

    if (is_clock_register(cmos->index) || cmos->index == STATUS_C || cmos->index == STATUS_D)
        return;
    if (cmos->index <= STATUS_B)
        catch_up(cmos);  // under the old alarm, rate and SET
    if (cmos->index == STATUS_A)
        value &= ~STATUS_A_UPDATING;
    if (cmos->index == STATUS_B) {
        value = (*byte & ~STATUS_B_WRITABLE) | (value & STATUS_B_WRITABLE);
        if (value & STATUS_B_SET)
            value &= ~UPDATE_ENDED;
    }
    *byte = value;
}

void cmos_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct cmos *cmos = device;

    (void)size;
    if (offset == INDEX)
        cmos->index = value & (CMOS_BYTES - 1);
    else
        data_out(cmos, (uint8_t)value);
}
