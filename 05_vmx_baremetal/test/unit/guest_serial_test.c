// The guest's COM1: what is typed at the machine arrives whole and in order, however slowly the
// guest reads, because what nobody has room for stays in the machine's UART.

#include "common/test/tap.h"
#include "kernel/console/console.h"
#include "vmm/guests/devices/serial.h"

#define TYPED (3 * SERIAL_QUEUE)

static struct guest_serial serial;
static struct pic pic;
static unsigned typed, taken;  // bytes behind the machine's UART, and how many it gave us
static unsigned sent, lost;    // bytes of the guest's; typed ones that the machine's UART lost
static unsigned busy;          // how often the transmitter says "not yet"

// In place of kernel/console/console.c. The bytes that are typed count up.
int console_getc(void)
{
    return taken < typed ? (uint8_t)taken++ : -1;
}

// While a byte leaves, another arrives. There is room for one.
bool console_ready(void)
{
    if (busy == 0)
        return true;
    busy--;
    typed++;
    lost += typed - taken > 1;
    return false;
}

void console_putc(char c)
{
    sent += c == 'x';
}

static uint8_t in(unsigned reg)
{
    return (uint8_t)serial_in(&serial, (uint16_t)reg, 1);
}

static void out(unsigned reg, uint8_t value)
{
    serial_out(&serial, (uint16_t)reg, 1, value);
}

static bool irq(void)
{
    return pic_pending(&pic);
}

static void start(void)
{
    pic_reset(&pic);
    for (unsigned i = 0; i < 4; i++)  // ICW1 to ICW4: vectors from 20h, one line to the other chip
        pic_out(&pic.first, i > 0, 1, (uint8_t[]){0x11, 0x20, 4, 1}[i]);
    pic_out(&pic.first, 1, 1, 0xFF & ~(1u << UART_COM1_IRQ));
    serial_reset(&serial, &pic);
    typed = taken = sent = lost = busy = 0;
}

// As a driver does.
static void listen(void)
{
    out(UART_FCR, UART_FCR_ENABLE);
    out(UART_MCR, UART_MCR_OUT2);
    out(UART_IER, UART_IER_RECEIVED);
}

static void test_paste(void)
{
    unsigned count = 0;
    bool whole = true;

    start();
    typed = TYPED;
    serial_poll(&serial);
    is_int(taken, SERIAL_QUEUE, "nobody listens: the queue fills, and the rest has to wait");
    is_int(irq(), 0, "there is no interrupt");
    listen();
    is_int(irq(), 1, "a driver listens: an interrupt");
    while (in(UART_LSR)&UART_LSR_DATA)
        whole = in(UART_DATA) == (uint8_t)count++ && whole;
    is_int(count, TYPED, "it gets all, without another interrupt of the machine");
    is_int(whole, 1, "in order");
    is_int(in(UART_LSR)&UART_LSR_OVERRUN, 0, "no byte was lost on the way");
}

static void test_busy(void)
{
    start();
    busy = 5;
    out(UART_DATA, 'x');
    is_int(busy, 0, "the guest's byte waits for the transmitter");
    is_int(sent, 1, "and leaves");
    is_int(lost, 0, "what is typed meanwhile is not lost");
    is_int(taken, 5, "but taken");
}

// The end of a driver's interrupt handler.
static void end_of_interrupt(void)
{
    pic_out(&pic.first, 0, 1, 0x20);
}

// A driver that sends by THRE interrupts alone: the next one comes when its byte is out, whether it
// asks the IIR why or just writes, which both acknowledge.
static void test_thre(void)
{
    start();
    out(UART_MCR, UART_MCR_OUT2);
    is_int(irq(), 0, "no interrupt before it is asked for");
    out(UART_IER, UART_IER_THRE);
    for (unsigned i = 0; i < 4; i++) {
        is_int(irq(), 1, "an interrupt: byte %u", i);
        pic_acknowledge(&pic);
        if (i % 2)
            is_int(in(UART_IIR), UART_IIR_THRE, "the IIR says why");
        out(UART_DATA, 'x');
        end_of_interrupt();
    }
    is_int(irq(), 1, "and one behind the last");
    is_int(sent, 4, "all were sent");
    pic_acknowledge(&pic);
    in(UART_IIR);
    end_of_interrupt();
    is_int(irq(), 0, "a driver with nothing more to send has peace");
}

int main(void)
{
    test_paste();
    test_busy();
    test_thre();
    return done_testing();
}
