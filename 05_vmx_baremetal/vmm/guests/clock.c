// The machine's clock, lent to a guest: see host.h. Source: MC146818A data sheet, "Address Map",
// "Registers".

#include "vmm/guests/host.h"

#include <stdbool.h>

#include "common/pc/cmos.h"
#include "kernel/cpu.h"

enum { INDEX, DATA };  // the two ports

// Registers 0 to 13 are the clock's, and so is the century; in between, 1, 3 and 5 are the alarm.
#define RTC_STATUS_A 10
#define RTC_STATUS_B 11
#define RTC_STATUS_C 12
#define RTC_LAST     13
#define RTC_CENTURY  0x32

#define RTC_RATE       0x0F  // of status A
#define RTC_INTERRUPTS 0x70  // of status B: periodic, alarm, update ended

static uint8_t rtc_read(uint8_t index)
{
    out8(CMOS_PORT_INDEX, index);
    return in8(CMOS_PORT_DATA);
}

static void rtc_write(uint8_t index, uint8_t value)
{
    out8(CMOS_PORT_INDEX, index);
    out8(CMOS_PORT_DATA, value);
}

static bool is_clock(const struct cmos *cmos)
{
    return cmos->index <= RTC_LAST || cmos->index == RTC_CENTURY;
}

void clock_reset(void)
{
    rtc_write(RTC_STATUS_B, rtc_read(RTC_STATUS_B) & ~RTC_INTERRUPTS);
    rtc_read(RTC_STATUS_C);  // takes what there was: its line is an edge, and has to be low first
}

uint32_t clock_in(void *device, uint16_t offset, unsigned size)
{
    const struct cmos *cmos = device;

    return offset == DATA && is_clock(cmos) ? rtc_read(cmos->index) : cmos_in(device, offset, size);
}

// The bits of a register that are the guest's; the format of the time stays the machine's.
static uint8_t guests_bits(uint8_t index)
{
    switch (index) {
    case 1:
    case 3:
    case 5: return 0xFF;
    case RTC_STATUS_A: return RTC_RATE;
    case RTC_STATUS_B: return RTC_INTERRUPTS;
    default: return 0;
    }
}

void clock_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    const struct cmos *cmos = device;
    uint8_t bits;

    if (offset != DATA || !is_clock(cmos)) {
        cmos_out(device, offset, size, value);
        return;
    }
    bits = guests_bits(cmos->index);
    if (bits)
        rtc_write(cmos->index, (uint8_t)((rtc_read(cmos->index) & ~bits) | (value & bits)));
}
