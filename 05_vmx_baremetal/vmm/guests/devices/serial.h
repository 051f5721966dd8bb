// The guest's COM1: the UART of 04_serial, with the machine's COM1 at the far end of the wire.

#ifndef VMM_GUESTS_DEVICES_SERIAL_H
#define VMM_GUESTS_DEVICES_SERIAL_H

#include "common/pc/pic.h"
#include "common/pc/uart.h"

#define SERIAL_FIRST UART_COM1_PORT
#define SERIAL_LAST  (UART_COM1_PORT + 7)

#define SERIAL_QUEUE 1024  // bytes; somebody may paste faster than the guest reads

struct guest_serial {
    struct uart uart;
    struct pic *pic;              // where its interrupt line ends
    uint8_t queue[SERIAL_QUEUE];  // typed, and not yet in the UART
    unsigned first, count;
};

void serial_reset(struct guest_serial *serial, struct pic *pic);

// For a port map. `device` is the struct guest_serial.
uint32_t serial_in(void *device, uint16_t offset, unsigned size);
void serial_out(void *device, uint16_t offset, unsigned size, uint32_t value);

// Takes what was typed: into the UART as much as it has room for, the rest into the queue. What
// neither takes waits in the machine's UART.
void serial_poll(struct guest_serial *serial);

#endif
