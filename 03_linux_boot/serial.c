// The serial port of serial.h. Registers that mean nothing here still read back as they were
// written: that is how drivers tell a chip from an empty bus.

#include "serial.h"

// Registers, as offsets from SERIAL_FIRST.
enum { DATA = 0, INTERRUPT_ID = 2, LINE_CONTROL = 3, LINE_STATUS = 5, MODEM_STATUS = 6 };

#define INTERRUPT_NONE       (1u << 0)    // INTERRUPT_ID: there is nothing to report
#define LINE_CONTROL_DIVISOR (1u << 7)    // DLAB: registers 0 and 1 are the baud rate divisor
#define LINE_STATUS_READY    (3u << 5)    // the transmitter is empty: ours always is
#define MODEM_STATUS_THERE   (0xBu << 4)  // the other side is connected and listens

uint32_t serial_in(void *device, uint16_t offset, unsigned size)
{
    const struct serial *serial = device;

    (void)size;
    switch (offset) {
    case DATA: return 0;  // nothing was received
    case INTERRUPT_ID: return INTERRUPT_NONE;
    case LINE_STATUS: return LINE_STATUS_READY;
    case MODEM_STATUS: return MODEM_STATUS_THERE;
    default: return serial->registers[offset];
    }
}

void serial_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct serial *serial = device;
    uint8_t byte = (uint8_t)value;

    (void)size;
    if (offset == DATA && !(serial->registers[LINE_CONTROL] & LINE_CONTROL_DIVISOR))
        output_write(&serial->output, &byte, 1);
    serial->registers[offset] = byte;
}
