// The 16550A of uart.h. All bytes take no time: the baud rate, parity and word length that the
// guest sets are remembered and change nothing, because behind this UART there is no wire.

#include "common/pc/uart.h"

#include <string.h>

// The modem at the other end of the cable: always there, always ready.
#define MODEM_PRESENT (UART_MSR_CTS | UART_MSR_DSR | UART_MSR_DCD)

#define POLLS 8  // looks at the LSR that only somebody makes who waits

static void fifo_put(struct uart_fifo *fifo, uint8_t byte)
{
    fifo->bytes[(fifo->first + fifo->count++) % UART_FIFO_SIZE] = byte;
}

// Of an empty FIFO: 0.
static uint8_t fifo_take(struct uart_fifo *fifo)
{
    uint8_t byte = fifo->bytes[fifo->first];

    if (fifo->count == 0)
        return 0;
    fifo->first = (fifo->first + 1) % UART_FIFO_SIZE;
    fifo->count--;
    return byte;
}

// Without FIFOs the chip is a 16450: one byte in each direction.
static unsigned fifo_size(const struct uart *uart)
{
    return uart->fcr & UART_FCR_ENABLE ? UART_FIFO_SIZE : 1;
}

void uart_reset(struct uart *uart)
{
    memset(uart, 0, sizeof(*uart));
}

// ---------------------------------------------------------------------------------------------------
// Interrupts. PC16550D, "Interrupt Identification Register", table "Interrupt Control Functions".

// The most urgent cause that is enabled, or UART_IIR_NONE.
//
// The character timeout is for bytes that are too few for the trigger level, once four character
// times passed without another. Bytes take no time here, so four times that have always passed
// already: fewer bytes than the trigger level are a timeout at once. No clock, and nothing waits.
static uint8_t interrupt_cause(const struct uart *uart)
{
    static const uint8_t triggers[] = {1, 4, 8, 14};
    bool fifos = uart->fcr & UART_FCR_ENABLE;
    unsigned trigger = fifos ? triggers[uart->fcr >> UART_FCR_TRIGGER_SHIFT] : 1;

    if (uart->ier & UART_IER_LINE && uart->lsr_errors)
        return UART_IIR_LINE;
    if (uart->ier & UART_IER_RECEIVED && uart->receive.count >= trigger)
        return UART_IIR_RECEIVED;
    if (uart->ier & UART_IER_RECEIVED && uart->receive.count > 0)
        return UART_IIR_TIMEOUT;
    if (uart->ier & UART_IER_THRE && uart->thre_pending)
        return UART_IIR_THRE;
    if (uart->ier & UART_IER_MODEM && uart->msr_deltas)
        return UART_IIR_MODEM;
    return UART_IIR_NONE;
}

// On a PC, pin OUT2 opens the way to the interrupt controller. Loopback mode takes all output pins
// back to inactive, OUT2 among them: causes still show in the IIR, but the line stays low.
bool uart_interrupt(const struct uart *uart)
{
    bool out2_pin = uart->mcr & UART_MCR_OUT2 && !(uart->mcr & UART_MCR_LOOP);

    return out2_pin && interrupt_cause(uart) != UART_IIR_NONE;
}

bool uart_awaits_thre(const struct uart *uart)
{
    return uart->ier & UART_IER_THRE && !uart->thre_pending;
}

// Reading the IIR acknowledges the THRE interrupt, but only if that is what the reader was told.
static uint8_t iir_read(struct uart *uart)
{
    uint8_t cause = interrupt_cause(uart);

    if (cause == UART_IIR_THRE)
        uart->thre_pending = false;
    return cause | (uart->fcr & UART_FCR_ENABLE ? UART_IIR_FIFOS : 0);
}

// Enabling THRE while the transmitter is empty interrupts at once. Drivers start their output this
// way, and Linux tests for it. PC16550D, "Line Status Register", on bit 5.
static void ier_write(struct uart *uart, uint8_t value)
{
    if (value & ~uart->ier & UART_IER_THRE && uart->transmit.count == 0)
        uart->thre_pending = true;
    uart->ier = value & 0x0F;
}

// ---------------------------------------------------------------------------------------------------
// Data in both directions. PC16550D, "FIFO Interrupt Mode Operation", "Line Status Register".

unsigned uart_room(const struct uart *uart)
{
    return uart->mcr & UART_MCR_LOOP ? 0 : fifo_size(uart) - uart->receive.count;
}

bool uart_listens(const struct uart *uart)
{
    return uart->ier & UART_IER_RECEIVED || uart->polls >= POLLS;
}

// A byte comes out of the receiver's shift register. If nobody made room for it, a full FIFO keeps
// what it has and loses the newcomer; the one-byte buffer of a 16450 is overwritten.
static bool receiver_put(struct uart *uart, uint8_t byte)
{
    bool overrun = uart->receive.count == fifo_size(uart);

    if (overrun)
        uart->lsr_errors |= UART_LSR_OVERRUN;
    if (overrun && uart->fcr & UART_FCR_ENABLE)
        return false;
    if (overrun)
        fifo_take(&uart->receive);
    fifo_put(&uart->receive, byte);
    return !overrun;
}

bool uart_receive(struct uart *uart, uint8_t byte)
{
    return !(uart->mcr & UART_MCR_LOOP) && receiver_put(uart, byte);
}

bool uart_transmit(struct uart *uart, uint8_t *byte)
{
    if (uart->transmit.count == 0)
        return false;
    *byte = fifo_take(&uart->transmit);
    if (uart->transmit.count == 0)
        uart->thre_pending = true;
    return true;
}

// In loopback mode the byte is received at once, and the transmitter is empty again.
static void thr_write(struct uart *uart, uint8_t byte)
{
    uart->thre_pending = false;
    if (uart->mcr & UART_MCR_LOOP) {
        receiver_put(uart, byte);
        uart->thre_pending = uart->transmit.count == 0;
        return;
    }
    if (uart->transmit.count == fifo_size(uart))
        return;  // the guest didn't wait for THRE: its byte is lost
    fifo_put(&uart->transmit, byte);
}

static uint8_t lsr_read(struct uart *uart)
{
    uint8_t value = uart->lsr_errors;

    if (uart->receive.count > 0)
        value |= UART_LSR_DATA;
    if (uart->transmit.count == 0)
        value |= UART_LSR_THRE | UART_LSR_TEMT;
    uart->lsr_errors = 0;
    return value;
}

// Switching the FIFOs on or off empties them. The other bits count only while the FIFOs are on.
// PC16550D, "FIFO Control Register".
static void fcr_write(struct uart *uart, uint8_t value)
{
    bool switched = (value ^ uart->fcr) & UART_FCR_ENABLE;

    if (!(value & UART_FCR_ENABLE))
        value = 0;
    if (switched || value & UART_FCR_CLEAR_RECEIVE)
        uart->receive.count = 0;
    if (switched || value & UART_FCR_CLEAR_TRANSMIT) {
        uart->thre_pending |= uart->transmit.count > 0;
        uart->transmit.count = 0;
    }
    uart->fcr = value & ~(UART_FCR_CLEAR_RECEIVE | UART_FCR_CLEAR_TRANSMIT);
}

// ---------------------------------------------------------------------------------------------------
// Modem lines. PC16550D, "MODEM Control Register", "MODEM Status Register".

// The four input pins, as MSR bits 7:4. In loopback mode they are the four output pins.
static uint8_t modem_inputs(const struct uart *uart)
{
    uint8_t inputs = 0;

    if (!(uart->mcr & UART_MCR_LOOP))
        return MODEM_PRESENT;
    inputs |= uart->mcr & UART_MCR_RTS ? UART_MSR_CTS : 0;
    inputs |= uart->mcr & UART_MCR_DTR ? UART_MSR_DSR : 0;
    inputs |= uart->mcr & UART_MCR_OUT1 ? UART_MSR_RI : 0;
    inputs |= uart->mcr & UART_MCR_OUT2 ? UART_MSR_DCD : 0;
    return inputs;
}

// The delta of RI is set only as the ring ends; the three others, on any change.
static void mcr_write(struct uart *uart, uint8_t value)
{
    uint8_t before = modem_inputs(uart), after, changed;

    uart->mcr = value & 0x1F;
    after = modem_inputs(uart);
    changed = (before ^ after) & ~(after & UART_MSR_RI);
    uart->msr_deltas |= changed >> 4;
}

static uint8_t msr_read(struct uart *uart)
{
    uint8_t value = modem_inputs(uart) | uart->msr_deltas;

    uart->msr_deltas = 0;
    return value;
}

// ---------------------------------------------------------------------------------------------------

uint8_t uart_read(struct uart *uart, unsigned reg)
{
    bool dlab = uart->lcr & UART_LCR_DLAB;

    if (reg == UART_LSR && uart->polls < POLLS)
        uart->polls++;
    switch (reg) {
    case UART_DATA: return dlab ? uart->divisor_low : fifo_take(&uart->receive);
    case UART_IER: return dlab ? uart->divisor_high : uart->ier;
    case UART_IIR: return iir_read(uart);
    case UART_LCR: return uart->lcr;
    case UART_MCR: return uart->mcr;
    case UART_LSR: return lsr_read(uart);
    case UART_MSR: return msr_read(uart);
    case UART_SCR: return uart->scr;
    default: return 0xFF;  // no such register; the chip has three address pins
    }
}

void uart_write(struct uart *uart, unsigned reg, uint8_t value)
{
    bool dlab = uart->lcr & UART_LCR_DLAB;

    uart->polls = 0;
    switch (reg) {
    case UART_DATA:
        if (dlab)
            uart->divisor_low = value;
        else
            thr_write(uart, value);
        break;
    case UART_IER:
        if (dlab)
            uart->divisor_high = value;
        else
            ier_write(uart, value);
        break;
    case UART_FCR: fcr_write(uart, value); break;
    case UART_LCR: uart->lcr = value; break;
    case UART_MCR: mcr_write(uart, value); break;
    case UART_LSR: break;  // read-only; the data sheet reserves writes for factory tests
    case UART_MSR: break;  // read-only here, too
    case UART_SCR: uart->scr = value; break;
    }
}
