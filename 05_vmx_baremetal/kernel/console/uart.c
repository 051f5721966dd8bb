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
#define UART_MSR     6
#define UART_SCR     7          // remembers a byte, and does nothing with it
#define LCR_8N1      0x03       // 8 data bits, no parity, 1 stop bit
#define LCR_DLAB     (1u << 7)  // divisor latch access
#define FCR_OFF      0          // no FIFOs
#define IER_RECEIVED (1u << 0)  // an interrupt when a byte has come
#define MCR_DTR_RTS  (3u << 0)  // tell the other end that somebody listens
#define MCR_RTS      (1u << 1)
#define MCR_OUT2     (1u << 3)  // on a PC: the gate between the chip and its interrupt line
#define MCR_LOOP     (1u << 4)  // the outputs go to the chip's own inputs
#define MSR_LOOPED   0x90       // of MCR_OUT2 and MCR_RTS: DCD and CTS
#define MSR_INPUTS   0xF0
#define LSR_RECEIVED (1u << 0)  // a byte waits
#define LSR_THRE     (1u << 5)  // the transmitter holding register is empty
#define LSR_TEMT     (1u << 6)  // so is the shift register behind it: all bytes are out
#define DIVISOR      1          // 115200 baud / 1

#define LAST_BYTE 100000  // reads of a port: longer than a byte takes on a slow line

static bool com1_missing, com2_missing;

static bool *missing(unsigned short port)
{
    return port == COM2 ? &com2_missing : &com1_missing;
}

// An empty bus reads as ones, or as what was there last, and has neither a register that remembers
// two different bytes nor outputs that are inputs. What a loader has written leaves first: in the
// loop it would be lost.
static bool find(unsigned short port)
{
    bool found = true;

    for (int i = 0; i < LAST_BYTE && !(in8(port + UART_LSR) & LSR_TEMT); i++)
        ;
    for (int i = 0; i < 2; i++) {
        uint8_t byte = i ? 0xAA : 0x55;

        out8(port + UART_SCR, byte);
        found = found && in8(port + UART_SCR) == byte;
    }
    out8(port + UART_MCR, MCR_LOOP | MCR_OUT2 | MCR_RTS);
    return found && (in8(port + UART_MSR) & MSR_INPUTS) == MSR_LOOPED;
}

// Without FIFOs, an emulator takes the next byte from its user only after we have read the one
// before, so that a long text, pasted, waits for us. Bochs fills a FIFO at the speed of the wire,
// full or not.
bool com_init(unsigned short port)
{
    *missing(port) = !find(port);
    if (*missing(port))
        return false;
    out8(port + UART_IER, 0);
    out8(port + UART_LCR, LCR_DLAB);
    out8(port + UART_DATA, DIVISOR);
    out8(port + UART_IER, DIVISOR >> 8);
    out8(port + UART_LCR, LCR_8N1);
    out8(port + UART_FCR, FCR_OFF);
    out8(port + UART_MCR, MCR_DTR_RTS);
    return true;
}

void com_listen(unsigned short port)
{
    if (*missing(port))
        return;
    out8(port + UART_MCR, MCR_DTR_RTS | MCR_OUT2);
    out8(port + UART_IER, IER_RECEIVED);
}

bool com_ready(unsigned short port)
{
    return *missing(port) || (in8(port + UART_LSR) & LSR_THRE);
}

void com_write(unsigned short port, char c)
{
    while (!com_ready(port))
        ;
    if (!*missing(port))
        out8(port + UART_DATA, (uint8_t)c);
}

void com_flush(unsigned short port)
{
    while (!*missing(port) && !(in8(port + UART_LSR) & LSR_TEMT))
        ;
}

int com_read(unsigned short port)
{
    if (*missing(port) || !(in8(port + UART_LSR) & LSR_RECEIVED))
        return -1;
    return in8(port + UART_DATA);
}
