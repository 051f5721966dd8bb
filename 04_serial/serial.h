// The serial port, COM1: the UART of common/pc/uart.h between the guest and this program's
// standard input and output. Stage 03's could only speak; this one listens, and interrupts.
//
// All functions but serial_in and serial_out are called with the machine's lock held; those two are
// as well, because the port map calls them. See main.c, "Threads".

#ifndef SERIAL_H
#define SERIAL_H

#include <stdbool.h>
#include <stdint.h>

#include "common/host/output.h"
#include "common/kvm/exits/coalesced.h"
#include "common/pc/uart.h"

#define SERIAL_FIRST UART_COM1_PORT  // COM1, which Linux calls ttyS0
#define SERIAL_LAST  (UART_COM1_PORT + 7)

struct serial {
    struct output output;
    struct output ready;  // looks at the same bytes, for the text that says: the guest is up
    struct uart uart;
    int vm_fd;
    bool line;  // the level of the interrupt line, as KVM heard it last

    struct coalesced sent;  // bytes for the UART
};

// For a port map: `device` is a struct serial.
uint32_t serial_in(void *device, uint16_t offset, unsigned size);
void serial_out(void *device, uint16_t offset, unsigned size, uint32_t value);

// Brings out what was sent without an exit, and what there is of a line. For when no exit comes for
// a while.
void serial_flush(struct serial *serial);

// How many bytes serial_receive takes now without losing one.
size_t serial_room(const struct serial *serial);

// `count` bytes arrive.
void serial_receive(struct serial *serial, const uint8_t *bytes, size_t count);

#endif
