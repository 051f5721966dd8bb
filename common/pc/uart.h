// The 16550A UART, the chip behind a PC's serial port, as a state machine: registers go in, the
// level of the interrupt line comes out. It knows no KVM, no thread and no clock, so the same
// object serves stage 04, stage 05, the unit tests and the fuzzer.
//
//      guest                          struct uart                             owner
//      uart_read, uart_write  <->  registers, two FIFOs of 16  --> uart_transmit
//      its interrupt handler  <--  uart_interrupt              <-- uart_receive, while uart_room
//
// The one rule for owners: after *every* call that changes the UART, give the guest's interrupt
// line the level that uart_interrupt returns. Skipping it "where nothing can have changed" is the
// classic bug of this device: output stops after 16 bytes, or the echo lags one key behind.
//
// Taught in book/04_serial. Source: National Semiconductor, PC16550D data sheet, "Registers".

#ifndef COMMON_PC_UART_H
#define COMMON_PC_UART_H

#include <stdbool.h>
#include <stdint.h>

// The first port of COM1, and the ISA interrupt that it is wired to.
#define UART_COM1_PORT 0x3F8
#define UART_COM1_IRQ  4

#define UART_FIFO_SIZE 16

// The eight registers. Bit 7 of the LCR, DLAB, puts the divisor in place of the first two.
enum uart_register {
    UART_DATA = 0,  // read: receiver buffer (RBR); write: transmitter holding (THR); DLAB: divisor
    UART_IER = 1,   // interrupt enable; DLAB: divisor, high byte
    UART_IIR = 2,   // read: interrupt identification
    UART_FCR = 2,   // write: FIFO control
    UART_LCR = 3,   // line control
    UART_MCR = 4,   // modem control
    UART_LSR = 5,   // line status
    UART_MSR = 6,   // modem status
    UART_SCR = 7,   // scratch: a byte that means nothing
};

// IER: which causes may raise the line. The same four causes, in the same order, are in the IIR.
#define UART_IER_RECEIVED (1u << 0)
#define UART_IER_THRE     (1u << 1)  // transmitter holding register empty
#define UART_IER_LINE     (1u << 2)
#define UART_IER_MODEM    (1u << 3)

// IIR: the most urgent cause, most urgent first. Bits 7:6 are set while the FIFOs are in use.
#define UART_IIR_LINE     0x06
#define UART_IIR_RECEIVED 0x04
#define UART_IIR_TIMEOUT  0x0C
#define UART_IIR_THRE     0x02
#define UART_IIR_MODEM    0x00
#define UART_IIR_NONE     0x01
#define UART_IIR_FIFOS    0xC0

#define UART_FCR_ENABLE         (1u << 0)
#define UART_FCR_CLEAR_RECEIVE  (1u << 1)
#define UART_FCR_CLEAR_TRANSMIT (1u << 2)
#define UART_FCR_TRIGGER_SHIFT  6  // bits 7:6: the receive FIFO interrupts from 1, 4, 8, 14 bytes on

#define UART_LCR_DLAB (1u << 7)  // divisor latch access

// MCR: four output pins, and the switch that connects the chip's outputs to its own inputs.
#define UART_MCR_DTR  (1u << 0)
#define UART_MCR_RTS  (1u << 1)
#define UART_MCR_OUT1 (1u << 2)
#define UART_MCR_OUT2 (1u << 3)  // on a PC: the gate between the chip and its interrupt line
#define UART_MCR_LOOP (1u << 4)

#define UART_LSR_DATA    (1u << 0)  // a received byte waits
#define UART_LSR_OVERRUN (1u << 1)  // a received byte was lost; reading the LSR clears this
#define UART_LSR_THRE    (1u << 5)  // the transmitter takes bytes
#define UART_LSR_TEMT    (1u << 6)  // and has sent all that it had

// MSR: four input pins, and below them which of these changed since the MSR was read.
#define UART_MSR_CTS    (1u << 4)
#define UART_MSR_DSR    (1u << 5)
#define UART_MSR_RI     (1u << 6)
#define UART_MSR_DCD    (1u << 7)
#define UART_MSR_DELTAS 0x0F

struct uart_fifo {
    uint8_t bytes[UART_FIFO_SIZE];
    uint8_t first, count;
};

struct uart {
    struct uart_fifo receive, transmit;
    uint8_t ier, fcr, lcr, mcr, scr;
    uint8_t divisor_low, divisor_high;
    uint8_t lsr_errors;  // what reading the LSR clears
    uint8_t msr_deltas;  // what reading the MSR clears
    uint8_t polls;       // how often the LSR was read since anything was written
    bool thre_pending;   // the transmitter ran empty, and nobody has been told yet
};

// The state after power-on: nothing enabled, FIFOs off, transmitter empty.
void uart_reset(struct uart *uart);

// The guest reads or writes register `reg`, 0 to 7. Reads have side effects: see UART_DATA,
// UART_IIR, UART_LSR, UART_MSR.
uint8_t uart_read(struct uart *uart, unsigned reg);
void uart_write(struct uart *uart, unsigned reg, uint8_t value);

// The level of the interrupt line: a function of the state, nothing else.
bool uart_interrupt(const struct uart *uart);

// Does the guest wait for a THRE interrupt that only its next byte brings about? Then that byte
// has to go out at once. Those after it, into the FIFO, change nothing until the guest was told.
bool uart_awaits_thre(const struct uart *uart);

// How many more bytes the receiver takes without losing one. None in loopback mode, where the
// outside is cut off.
unsigned uart_room(const struct uart *uart);

// Does the guest want bytes? Before a driver is there it doesn't, and what arrives then is thrown
// away when one starts. It either has interrupts for received bytes, or asks the LSR again and
// again; who only sends asks it before each byte.
bool uart_listens(const struct uart *uart);

// A byte arrives from outside. Without room a byte is lost, as in the chip, and false is returned.
bool uart_receive(struct uart *uart, uint8_t byte);

// Takes the next byte that the guest sent. Returns false if there is none.
bool uart_transmit(struct uart *uart, uint8_t *byte);

#endif
