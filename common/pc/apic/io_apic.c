// The I/O APIC: see io_apic.h.

#include "common/pc/apic/io_apic.h"

#include <stddef.h>

#include "common/pc/apic/parts.h"

// In its page: the number of a register, and the window to it.
#define INDEX  0x00
#define WINDOW 0x10

enum { ID, VERSION, ARBITRATION, FIRST_ENTRY = 0x10 };  // registers; an entry has two

#define VERSION_VALUE (0x11 | (IO_APIC_PINS - 1) << 16)
#define ID_BITS       0x0F000000u

// The bits of an entry are those of an LVT's, with a destination in 63:56. Two are only read:
// nothing waits to be sent, and a level that was sent and not ended.
#define ENTRY_BITS    UINT64_C(0xFF0000000001AFFF)
#define ENTRY_LEVEL   LVT_LEVEL
#define ENTRY_MASKED  LVT_MASKED
#define ENTRY_MESSAGE 0xFFF  // vector, delivery and destination mode, as the ICR's

void io_apic_reset(struct io_apic *io_apic, struct apic *apic)
{
    *io_apic = (struct io_apic){.apic = apic};
    for (unsigned pin = 0; pin < IO_APIC_PINS; pin++)
        io_apic->entry[pin] = ENTRY_MASKED;
}

static void send(struct io_apic *io_apic, unsigned pin)
{
    uint64_t entry = io_apic->entry[pin];

    apic_message(io_apic->apic, (uint32_t)entry & ENTRY_MESSAGE, (uint8_t)(entry >> 56),
                 entry & ENTRY_LEVEL);
}

// A level asks again and again, as long as it is high, once the one before has ended.
static void update_level(struct io_apic *io_apic, unsigned pin)
{
    uint64_t *entry = &io_apic->entry[pin];

    if (!(io_apic->lines >> pin & 1) || !(*entry & ENTRY_LEVEL) ||
        *entry & (ENTRY_MASKED | LVT_REMOTE_IRR))
        return;
    *entry |= LVT_REMOTE_IRR;
    send(io_apic, pin);
}

void io_apic_set_line(struct io_apic *io_apic, unsigned pin, bool level)
{
    uint32_t before = io_apic->lines, bit;

    if (pin >= IO_APIC_PINS)
        return;
    bit = 1u << pin;
    io_apic->lines = level ? before | bit : before & ~bit;
    if (!level || before & bit || io_apic->entry[pin] & ENTRY_MASKED)
        return;
    if (io_apic->entry[pin] & ENTRY_LEVEL)
        update_level(io_apic, pin);
    else
        send(io_apic, pin);
}

void io_apic_pulse(struct io_apic *io_apic, unsigned pin)
{
    io_apic_set_line(io_apic, pin, false);
    io_apic_set_line(io_apic, pin, true);
}

void io_apic_end(struct io_apic *io_apic, uint8_t vector)
{
    for (unsigned pin = 0; pin < IO_APIC_PINS; pin++)
        if ((uint8_t)io_apic->entry[pin] == vector && io_apic->entry[pin] & LVT_REMOTE_IRR) {
            io_apic->entry[pin] &= ~(uint64_t)LVT_REMOTE_IRR;
            update_level(io_apic, pin);
        }
}

// The half of an entry that the index names, or NULL.
static uint64_t *entry_at(struct io_apic *io_apic, unsigned *shift)
{
    unsigned pin = (io_apic->index - FIRST_ENTRY) / 2u;

    *shift = io_apic->index % 2 * 32;
    return io_apic->index >= FIRST_ENTRY && pin < IO_APIC_PINS ? &io_apic->entry[pin] : NULL;
}

uint64_t io_apic_read(void *device, uint64_t offset, unsigned size)
{
    struct io_apic *io_apic = device;
    unsigned shift;
    const uint64_t *entry = entry_at(io_apic, &shift);

    if (size != 4 || (offset != INDEX && offset != WINDOW))
        return 0;
    if (offset == INDEX)
        return io_apic->index;
    if (entry)
        return (uint32_t)(*entry >> shift);
    return io_apic->index == VERSION       ? VERSION_VALUE
           : io_apic->index <= ARBITRATION ? io_apic->id
                                           : 0;
}

// An entry that becomes edge-triggered has no level to end.
static void entry_write(struct io_apic *io_apic, uint64_t *entry, unsigned shift, uint32_t value)
{
    uint64_t half = 0xFFFFFFFFull << shift, bits = ENTRY_BITS & half;

    *entry = (*entry & ~bits) | ((uint64_t)value << shift & bits);
    if (!(*entry & ENTRY_LEVEL))
        *entry &= ~(uint64_t)LVT_REMOTE_IRR;
    update_level(io_apic, (unsigned)(entry - io_apic->entry));
}

void io_apic_write(void *device, uint64_t offset, unsigned size, uint64_t value)
{
    struct io_apic *io_apic = device;
    unsigned shift;
    uint64_t *entry = entry_at(io_apic, &shift);

    if (size != 4)
        return;
    if (offset == INDEX)
        io_apic->index = (uint8_t)value;
    else if (offset == WINDOW && entry)
        entry_write(io_apic, entry, shift, (uint32_t)value);
    else if (offset == WINDOW && io_apic->index == ID)
        io_apic->id = (uint32_t)value & ID_BITS;
}
