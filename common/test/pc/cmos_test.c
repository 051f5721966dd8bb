// The CMOS: the clock at moments when calendars go wrong, its interrupts, and memory sizes at their
// limits.

#include "common/pc/cmos.h"

#include "common/test/tap.h"

enum { INDEX, DATA = CMOS_PORT_DATA - CMOS_PORT_INDEX };  // the two ports

#define MIB (1024ull * 1024)
#define GIB (1024 * MIB)

#define SECOND 1000000u

static uint64_t host_time;  // seconds since 1970
static uint64_t fraction;   // and microseconds

static uint64_t now(void)
{
    return host_time * SECOND + fraction;
}

static uint8_t read_byte(struct cmos *cmos, uint8_t index)
{
    cmos_out(cmos, INDEX, 1, index);
    return (uint8_t)cmos_in(cmos, DATA, 1);
}

static void write_byte(struct cmos *cmos, uint8_t index, uint8_t value)
{
    cmos_out(cmos, INDEX, 1, index);
    cmos_out(cmos, DATA, 1, value);
}

static uint32_t read_bytes(struct cmos *cmos, uint8_t index, unsigned bytes)
{
    uint32_t value = 0;

    for (unsigned i = 0; i < bytes; i++)
        value |= (uint32_t)read_byte(cmos, (uint8_t)(index + i)) << (8 * i);
    return value;
}

static void test_clock(void)
{
    // Times and weekdays come from date(1): date -u -d '...' '+%s %w', whose Sunday is 0.
    static const struct {
        uint64_t time;
        const char *reads;  // century, year, month, day, weekday (1: Sunday), time
    } moments[] = {
        {0, "19 70-01-01 5 00:00:00"},          {951827696, "20 00-02-29 3 12:34:56"},
        {951868799, "20 00-02-29 3 23:59:59"},  {951868800, "20 00-03-01 4 00:00:00"},
        {946684799, "19 99-12-31 6 23:59:59"},  {1735603199, "20 24-12-30 2 23:59:59"},
        {1735689599, "20 24-12-31 3 23:59:59"}, {1735689600, "20 25-01-01 4 00:00:00"},
        {2147483648, "20 38-01-19 3 03:14:08"}, {4107542399, "21 00-02-28 1 23:59:59"},
        {4107542400, "21 00-03-01 2 00:00:00"}, {253402300799, "99 99-12-31 6 23:59:59"},
    };

    for (size_t i = 0; i < sizeof(moments) / sizeof(moments[0]); i++) {
        struct cmos cmos;
        char text[64];
        unsigned seconds;

        host_time = moments[i].time;
        cmos_reset(&cmos, now, 16 * MIB, 0);
        seconds = read_byte(&cmos, 0x00);
        snprintf(text, sizeof(text), "%02x %02x-%02x-%02x %x %02x:%02x:%02x",
                 read_byte(&cmos, 0x32), read_byte(&cmos, 0x09), read_byte(&cmos, 0x08),
                 read_byte(&cmos, 0x07), read_byte(&cmos, 0x06), read_byte(&cmos, 0x04),
                 read_byte(&cmos, 0x02), seconds);
        is_str(text, moments[i].reads, "the clock shows the host's date and time");
    }
}

static void test_one_moment(void)
{
    struct cmos cmos;

    host_time = 59;
    cmos_reset(&cmos, now, 16 * MIB, 0);
    is_int(read_byte(&cmos, 0x00), 0x59, "seconds: 59");
    host_time = 60;
    is_int(read_byte(&cmos, 0x02), 0x00, "a minute passes, but minutes belong to those seconds");
    is_int(read_byte(&cmos, 0x00), 0x00, "the next reading of the seconds");
    is_int(read_byte(&cmos, 0x02), 0x01, "sees the new minute");
    host_time = 120;
    is_int(read_byte(&cmos, 0x0A), 0x26, "status A: no update under way");
    is_int(read_byte(&cmos, 0x02), 0x02, "and a new moment");
}

static void test_status(void)
{
    struct cmos cmos;

    host_time = 0;
    cmos_reset(&cmos, now, 16 * MIB, 0);
    is_int(read_byte(&cmos, 0x0B), 0x02, "status B: 24 hours, BCD, no interrupts");
    is_int(read_byte(&cmos, 0x0C), 0x00, "status C: no interrupt");
    is_int(read_byte(&cmos, 0x0D), 0x80, "status D: the battery is good");
    write_byte(&cmos, 0x0A, 0xAF);
    is_int(read_byte(&cmos, 0x0A), 0x2F, "status A: another rate, and UIP can't be written");
    write_byte(&cmos, 0x0B, 0xFD);
    is_int(read_byte(&cmos, 0x0B), 0xEA, "status B: all but the format; SET clears UIE");
    write_byte(&cmos, 0x0C, 0xFF);
    is_int(read_byte(&cmos, 0x0C), 0x00, "status C can't be written");
    write_byte(&cmos, 0x0D, 0x00);
    is_int(read_byte(&cmos, 0x0D), 0x80, "nor can status D");
    write_byte(&cmos, 0x00, 0x42);
    is_int(read_byte(&cmos, 0x00), 0x00, "nor can the seconds");
}

static void test_updating(void)
{
    struct cmos cmos;

    host_time = 9;
    cmos_reset(&cmos, now, 16 * MIB, 0);
    fraction = SECOND - 245;
    is_int(read_byte(&cmos, 0x0A), 0x26, "245 us before the next second: no update yet");
    fraction = SECOND - 244;
    is_int(read_byte(&cmos, 0x0A), 0xA6, "244 us before: UIP");
    write_byte(&cmos, 0x0B, 0x80);
    is_int(read_byte(&cmos, 0x0A), 0x26, "with SET there is no update");
    write_byte(&cmos, 0x0B, 0x00);
    host_time = 10;
    fraction = 0;
    is_int(read_byte(&cmos, 0x0A), 0x26, "over");
    is_int(read_byte(&cmos, 0x00), 0x10, "and the seconds are new");
}

// The time in microseconds from now to the next look at the line, or UINT64_MAX.
static uint64_t next(const struct cmos *cmos)
{
    uint64_t time = cmos_next(cmos);

    return time == UINT64_MAX ? time : time - now();
}

static void test_periodic(void)
{
    static const struct {
        uint8_t rate;
        uint64_t us;
    } rates[] = {{1, 3907}, {2, 7813}, {3, 123}, {6, 977}, {8, 3907}, {15, 500000}};
    struct cmos cmos;

    host_time = 100;
    for (size_t i = 0; i < sizeof(rates) / sizeof(rates[0]); i++) {
        fraction = 0;
        cmos_reset(&cmos, now, 16 * MIB, 0);
        is_int(next(&cmos), UINT64_MAX, "rate %d: nothing to wait for yet", rates[i].rate);
        write_byte(&cmos, 0x0A, 0x20 | rates[i].rate);
        write_byte(&cmos, 0x0B, 0x42);
        is_int(next(&cmos), rates[i].us, "rate %d: its period", rates[i].rate);
        fraction = rates[i].us - 1;
        is_int(cmos_interrupt(&cmos), 0, "rate %d: not before", rates[i].rate);
        fraction = rates[i].us;
        is_int(cmos_interrupt(&cmos), 1, "rate %d: IRQ 8", rates[i].rate);
        is_int(next(&cmos), UINT64_MAX, "rate %d: no more before C is read", rates[i].rate);
        is_int(read_byte(&cmos, 0x0C), 0xC0, "rate %d: C says periodic", rates[i].rate);
        is_int(cmos_interrupt(&cmos), 0, "rate %d: reading it lowers the line", rates[i].rate);
        is_int(read_byte(&cmos, 0x0C), 0x00, "rate %d: and clears it", rates[i].rate);
    }
    write_byte(&cmos, 0x0A, 0x20);
    fraction = SECOND - 1;
    is_int(cmos_interrupt(&cmos), 0, "rate 0: never");
    is_int(next(&cmos), UINT64_MAX, "rate 0: nothing to wait for");
    write_byte(&cmos, 0x0A, 0x26);
    write_byte(&cmos, 0x0B, 0x02);
    host_time = 101;
    is_int(cmos_interrupt(&cmos), 0, "not enabled: no interrupt");
    is_int(read_byte(&cmos, 0x0C), 0x50, "but whoever polls C sees what happened");
    fraction = 0;
}

static void test_alarm(void)
{
    struct cmos cmos;

    host_time = 86400 + 3600 * 13 + 60 * 14 + 13;
    cmos_reset(&cmos, now, 16 * MIB, 0);
    write_byte(&cmos, 0x01, 0x15);
    write_byte(&cmos, 0x03, 0x14);
    write_byte(&cmos, 0x05, 0x13);
    write_byte(&cmos, 0x0B, 0x22);
    is_int(next(&cmos), SECOND, "alarm at 13:14:15: each second a look");
    host_time++;
    is_int(cmos_interrupt(&cmos), 0, "not at 13:14:14");
    host_time++;
    is_int(cmos_interrupt(&cmos), 1, "at 13:14:15");
    is_int(read_byte(&cmos, 0x0C) & 0xB0, 0xB0, "C: alarm, and update ended");
    host_time += 86400 - 1;
    is_int(cmos_interrupt(&cmos), 0, "not for a day");
    host_time += 5;
    is_int(cmos_interrupt(&cmos), 1, "and who looks late doesn't miss it");
    read_byte(&cmos, 0x0C);
    write_byte(&cmos, 0x03, 0xFF);
    write_byte(&cmos, 0x05, 0xC0);
    host_time += 60;
    is_int(cmos_interrupt(&cmos), 1, "FFh and C0h match all: the alarm of each minute");
    host_time += 1000 * 86400ull;
    read_byte(&cmos, 0x0C);
    is_int(cmos_interrupt(&cmos), 0, "years later: one alarm, not one for each day");
    host_time -= 500 * 86400ull;
    is_int(cmos_interrupt(&cmos), 0, "the host's clock is put back: none");
}

static void test_update_ended(void)
{
    struct cmos cmos;

    host_time = 7;
    fraction = 250000;
    cmos_reset(&cmos, now, 16 * MIB, 0);
    write_byte(&cmos, 0x0B, 0x12);
    is_int(next(&cmos), 750000, "update ended: at the next second");
    write_byte(&cmos, 0x0B, 0x52);
    is_int(next(&cmos) <= 977, 1, "with the periodic interrupt: whichever is first");
    write_byte(&cmos, 0x0B, 0x12);
    read_byte(&cmos, 0x0C);
    host_time = 8;
    fraction = 0;
    is_int(cmos_interrupt(&cmos), 1, "there it is");
    is_int(read_byte(&cmos, 0x0C) & 0x90, 0x90, "C says so");
    write_byte(&cmos, 0x0B, 0x92);
    host_time = 9;
    is_int(cmos_interrupt(&cmos), 0, "SET: no updates, no interrupt");
    is_int(read_byte(&cmos, 0x0C) & 0x10, 0, "and no flag");
}

static void test_ram(void)
{
    static const struct {
        uint64_t low, high;
        uint32_t extended, over_16m, over_4g;  // KiB, 64 KiB, 64 KiB
        const char *what;
    } machines[] = {
        {1 * MIB, 0, 0, 0, 0, "1 MiB"},
        {1 * MIB + 4096, 0, 4, 0, 0, "1 MiB and a page"},
        {16 * MIB, 0, 15 * 1024, 0, 0, "16 MiB"},
        {17 * MIB, 0, 16 * 1024, 16, 0, "17 MiB"},
        {64 * MIB, 0, 63 * 1024, 48 * 16, 0, "64 MiB"},
        {65 * MIB, 0, 65535, 49 * 16, 0, "65 MiB: more than the old field can say"},
        {3 * GIB, 0, 65535, (3 * 1024 - 16) * 16, 0, "3 GiB"},
        {3 * GIB, 1 * GIB, 65535, (3 * 1024 - 16) * 16, 16384, "4 GiB, 1 of them above 4 GiB"},
        {3 * GIB, 512 * GIB, 65535, (3 * 1024 - 16) * 16, 512 * 16384, "more than half a TiB"},
    };

    for (size_t i = 0; i < sizeof(machines) / sizeof(machines[0]); i++) {
        struct cmos cmos;

        cmos_reset(&cmos, now, machines[i].low, machines[i].high);
        is_int(read_bytes(&cmos, 0x15, 2), 640, "%s: 640 KiB of base memory", machines[i].what);
        is_int(read_bytes(&cmos, 0x17, 2), machines[i].extended, "%s: above 1 MiB",
               machines[i].what);
        is_int(read_bytes(&cmos, 0x30, 2), machines[i].extended, "%s: the same at 0x30",
               machines[i].what);
        is_int(read_bytes(&cmos, 0x34, 2), machines[i].over_16m, "%s: above 16 MiB",
               machines[i].what);
        is_int(read_bytes(&cmos, 0x5B, 3), machines[i].over_4g, "%s: above 4 GiB",
               machines[i].what);
    }
}

static void test_ports(void)
{
    struct cmos cmos;

    cmos_reset(&cmos, now, 16 * MIB, 0);
    is_int(read_byte(&cmos, 0x40), 0, "a byte without a meaning is zero at power-on");
    write_byte(&cmos, 0x40, 0xA5);
    is_int(read_byte(&cmos, 0x40), 0xA5, "and keeps what is written");
    is_int(read_byte(&cmos, 0x80 | 0x40), 0xA5, "bit 7 of the index masks the NMI, no more");
    write_byte(&cmos, 0x7F, 0x5A);
    is_int(read_byte(&cmos, 0x7F), 0x5A, "the last byte");
    is_int(cmos_in(&cmos, INDEX, 1), 0xFF, "the index can't be read back");
}

int main(void)
{
    test_clock();
    test_one_moment();
    test_status();
    test_updating();
    test_periodic();
    test_alarm();
    test_update_ended();
    test_ram();
    test_ports();
    return done_testing();
}
