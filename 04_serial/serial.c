// The serial port of serial.h.

#include "serial.h"

#include "common/kvm/chips.h"

// The rule of uart.h, in one place: whatever touches the UART ends here. Most accesses leave the
// line as it was, and then KVM needn't be told.
static void interrupt_update(struct serial *serial)
{
    bool level = uart_interrupt(&serial->uart);

    coalesced_pause(&serial->sent, uart_awaits_thre(&serial->uart));
    if (level != serial->line)
        chips_set_line(serial->vm_fd, UART_COM1_IRQ, level);
    serial->line = level;
}

static void print(struct serial *serial, const uint8_t *bytes, size_t count)
{
    output_write(&serial->output, bytes, count);
    output_write(&serial->ready, bytes, count);
}

// The guest has sent these without an exit for each. Not all that it writes to the port is sent.
static void sent_empty(struct serial *serial)
{
    uint8_t bytes[256];
    size_t count;

    while ((count = coalesced_take(&serial->sent, bytes, sizeof(bytes))) > 0) {
        size_t sent = 0;

        for (size_t i = 0; i < count; i++) {
            uart_write(&serial->uart, UART_DATA, bytes[i]);
            sent += uart_transmit(&serial->uart, &bytes[sent]);
        }
        print(serial, bytes, sent);
    }
}

uint32_t serial_in(void *device, uint16_t offset, unsigned size)
{
    struct serial *serial = device;
    uint8_t value;

    (void)size;
    sent_empty(serial);
    value = uart_read(&serial->uart, offset);
    interrupt_update(serial);
    return value;
}

void serial_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct serial *serial = device;
    uint8_t byte;

    (void)size;
    sent_empty(serial);
    uart_write(&serial->uart, offset, (uint8_t)value);
    if (uart_transmit(&serial->uart, &byte))
        print(serial, &byte, 1);
    interrupt_update(serial);
}

void serial_flush(struct serial *serial)
{
    sent_empty(serial);
    interrupt_update(serial);
    output_flush(&serial->output);
}

// Nothing before the guest listens. And nothing before it has taken all it got, so that a burst is
// whole FIFOs and not single bytes.
size_t serial_room(const struct serial *serial)
{
    bool listens = uart_listens(&serial->uart);

    return listens && serial->uart.receive.count == 0 ? uart_room(&serial->uart) : 0;
}

void serial_receive(struct serial *serial, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        uart_receive(&serial->uart, bytes[i]);
    interrupt_update(serial);
}
