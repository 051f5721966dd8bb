// The TSC's frequency: see host.h. Source: Intel 8254 data sheet, "Mode 0: Interrupt on Terminal
// Count"; the gate and the output of channel 2 at port 61h are the PC's.

#include "vmm/guests/host.h"

#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "kernel/panic/panic.h"

#define PIT_HZ        1193182u
#define PIT_CHANNEL_2 0x42
#define PIT_COMMAND   0x43
#define PIT_ONE_SHOT  0xB0  // channel 2, low and high byte, mode 0: the output rises at the end

#define PORT_B_GATE    (1u << 0)  // channel 2 counts
#define PORT_B_SPEAKER (1u << 1)
#define PORT_B_OUT     (1u << 5)  // the output of channel 2

#define COUNT (PIT_HZ / 20)  // 50 ms

// Ticks that are no 50 ms on any CPU. An empty bus reads as ones, and the end comes at once.
#define TOO_SHORT (1u << 16)
#define TOO_LONG  (1ull << 34)

#define TRIES 3  // a hypervisor below us may look away in the wrong moment

uint64_t tsc_khz_from(uint64_t ticks, uint32_t count)
{
    return (ticks * PIT_HZ / count + 500) / 1000;
}

// Mode 0 starts to count with the last byte of the count.
uint64_t tsc_khz(void)
{
    uint8_t port_b = in8(PORT_B);
    uint64_t start, ticks = 0;

    out8(PORT_B, (uint8_t)((port_b & ~PORT_B_SPEAKER) | PORT_B_GATE));
    out8(PIT_COMMAND, PIT_ONE_SHOT);
    out8(PIT_CHANNEL_2, (uint8_t)COUNT);
    out8(PIT_CHANNEL_2, (uint8_t)(COUNT >> 8));
    start = rdtsc();
    while (!(in8(PORT_B) & PORT_B_OUT) && ticks < TOO_LONG)
        ticks = rdtsc() - start;
    out8(PORT_B, port_b);
    return ticks > TOO_SHORT && ticks < TOO_LONG ? tsc_khz_from(ticks, COUNT) : 0;
}

void timer_demand(void)
{
    for (int i = 0; i < TRIES; i++)
        if (tsc_khz())
            return;
    kprintf("this machine has no 8254 timer that counts, and every guest needs one\n");
    kprintf("if its firmware's set-up has \"8254 clock gating\", switch that off\n");
    host_end(VM_REFUSED);
}
