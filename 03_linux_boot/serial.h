// A serial port that only speaks: the least that Linux accepts as ttyS0.
//
// Linux' kernel is content with it, its user space is not. Kernel messages are sent by asking the
// line status before each byte, and the answer here is always "ready". A program that writes to the
// terminal goes another way: the driver sends what fits into the chip, and waits for the interrupt
// that says "sent, more please". This port has no interrupt. So the boot log comes out whole, but
// of what /init prints only fragments do, and nothing that you type ever goes in. Stage 04 has the
// complete chip.
//
// Source: PC16550D data sheet, "Registers".

#ifndef SERIAL_H
#define SERIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/host/output.h"
#include "common/pc/uart.h"

#define SERIAL_FIRST UART_COM1_PORT  // COM1, which Linux calls ttyS0
#define SERIAL_LAST  (UART_COM1_PORT + 7)

struct serial {
    struct output output;
    uint8_t registers[8];  // as the guest wrote them
};

// For a port map: `device` is a struct serial.
uint32_t serial_in(void *device, uint16_t offset, unsigned size);
void serial_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
