// The guest's COM1: see serial.h.

#include "vmm/guests/devices/serial.h"

#include "kernel/console/console.h"

void serial_reset(struct guest_serial *serial, struct pic *pic)
{
    *serial = (struct guest_serial){.pic = pic};
    uart_reset(&serial->uart);
}

// Nothing before the guest listens.
static void feed(struct guest_serial *serial)
{
    while (serial->count && uart_listens(&serial->uart) && uart_room(&serial->uart)) {
        uart_receive(&serial->uart, serial->queue[serial->first]);
        serial->first = (serial->first + 1) % SERIAL_QUEUE;
        serial->count--;
    }
}

static void set_line(struct guest_serial *serial)
{
    pic_set_line(serial->pic, UART_COM1_IRQ, uart_interrupt(&serial->uart));
}

// The rule of uart.h in one place: whatever touches the UART ends here.
static void update(struct guest_serial *serial)
{
    feed(serial);
    set_line(serial);
}

// What the queue has no room for stays in the machine's UART, and whoever types has to wait. Its
// interrupt is an edge, and none comes then: but the queue gets room only when the guest reads, and
// that ends here again.
static void take(struct guest_serial *serial)
{
    int c;

    while (serial->count < SERIAL_QUEUE && (c = console_getc()) >= 0)
        serial->queue[(serial->first + serial->count++) % SERIAL_QUEUE] = (uint8_t)c;
}

void serial_poll(struct guest_serial *serial)
{
    take(serial);
    update(serial);
}

// Polled at each access too: a guest may print for long with its interrupts off, and the machine's
// UART holds only one byte of what is typed meanwhile.
uint32_t serial_in(void *device, uint16_t offset, unsigned size)
{
    struct guest_serial *serial = device;
    uint8_t value = uart_read(&serial->uart, offset);

    (void)size;
    serial_poll(serial);
    return value;
}

void serial_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct guest_serial *serial = device;
    uint8_t byte;

    (void)size;
    uart_write(&serial->uart, offset, (uint8_t)value);
    set_line(serial);  // low while the byte is on its way: that it is out is an edge
    while (uart_transmit(&serial->uart, &byte)) {
        while (!console_ready())  // on a wire, as many bytes arrive in this time as leave
            take(serial);
        console_putc((char)byte);
    }
    serial_poll(serial);
}
