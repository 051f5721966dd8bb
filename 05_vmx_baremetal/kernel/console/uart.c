// A 16550A, polled. The registers are those of the PC16550D data sheet, "Registers"; chapter 04 has
// them from the other side, where we are the device.

#include "kernel/console/uart.h"

#include "kernel/cpu.h"

// Offsets from the first port.
#define UART_DATA    0  // divisor, low byte, while LCR_DLAB is set
#define UART_IER     1  // divisor, high byte, while LCR_DLAB is set
#define UART_FCR     2
#define UART_LCR     3
#define UART_MCR     4
#define UART_LSR     5
#define LCR_8N1      0x03       // 8 data bits, no parity, 1 stop bit
#define LCR_DLAB     (1u << 7)  // divisor latch access
#define FCR_OFF      0          // no FIFOs
#define IER_RECEIVED (1u << 0)  // an interrupt when a byte has come
#define MCR_DTR_RTS  (3u << 0)  // tell the other end that somebody listens
#define MCR_OUT2     (1u << 3)  // on a PC: the gate between the chip and its interrupt line
#define LSR_RECEIVED (1u << 0)  // a byte waits
#define LSR_THRE     (1u << 5)  // the transmitter holding register is empty
#define LSR_TEMT     (1u << 6)  // so is the shift register behind it: all bytes are out
#define LSR_NO_UART  0xFF       // an empty bus
#define DIVISOR      1          // 115200 baud / 1

// Without FIFOs, an emulator takes the next byte from its user only after we have read the one
// before, so that a long text, pasted, waits for us. Bochs fills a FIFO at the speed of the wire,
// full or not.
void com_init(unsigned short port)
{
    out8(port + UART_IER, 0);
    out8(port + UART_LCR, LCR_DLAB);
    out8(port + UART_DATA, DIVISOR);
    out8(port + UART_IER, DIVISOR >> 8);
    out8(port + UART_LCR, LCR_8N1);
    out8(port + UART_FCR, FCR_OFF);
    out8(port + UART_MCR, MCR_DTR_RTS);
}

void com_listen(unsigned short port)
{
    out8(port + UART_MCR, MCR_DTR_RTS | MCR_OUT2);
    out8(port + UART_IER, IER_RECEIVED);
}

bool com_ready(unsigned short port)
{
    return in8(port + UART_LSR) & LSR_THRE;
}

void com_write(unsigned short port, char c)
{
    while (!com_ready(port))
        ;
    out8(port + UART_DATA, (uint8_t)c);
}

void com_flush(unsigned short port)
{
    while (!(in8(port + UART_LSR) & LSR_TEMT))
        ;
}

int com_read(unsigned short port)
{
    uint8_t status = in8(port + UART_LSR);

    if (status == LSR_NO_UART || !(status & LSR_RECEIVED))
        return -1;
    return in8(port + UART_DATA);
}
