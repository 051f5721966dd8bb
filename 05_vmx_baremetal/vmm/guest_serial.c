// The guest's COM1: see guest_serial.h.

#include "vmm/guest_serial.h"

#include "kernel/console.h"

void serial_reset(struct guest_serial *serial, struct pic *pic)
{
    uart_reset(&serial->uart);
    serial->pic = pic;
}

// The rule of uart.h in one place: whatever touches the UART ends here.
static void update(struct guest_serial *serial)
{
    pic_set_line(serial->pic, UART_COM1_IRQ, uart_interrupt(&serial->uart));
}

uint32_t serial_in(void *device, uint16_t port, unsigned size)
{
    struct guest_serial *serial = device;
    uint8_t value = uart_read(&serial->uart, port - SERIAL_FIRST);

    (void)size;
    update(serial);
    return value;
}

void serial_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct guest_serial *serial = device;
    uint8_t byte;

    (void)size;
    uart_write(&serial->uart, port - SERIAL_FIRST, (uint8_t)value);
    while (uart_transmit(&serial->uart, &byte))
        console_putc((char)byte);
    update(serial);
}

// Nothing before a driver listens: what arrives earlier, it throws away when it starts.
void serial_poll(struct guest_serial *serial)
{
    int c;

    while ((serial->uart.ier & UART_IER_RECEIVED) && uart_room(&serial->uart) &&
           (c = console_getc()) >= 0)
        uart_receive(&serial->uart, (uint8_t)c);
    update(serial);
}
