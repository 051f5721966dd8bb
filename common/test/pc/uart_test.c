// The 16550A of common/pc/uart.h, register by register, and then the bugs that this device is
// known for. Each check names the section of the PC16550D data sheet that it stands on, or the
// driver that depends on it.

#include "common/pc/uart.h"
#include "common/test/tap.h"

#define FIFOS_ON   UART_FCR_ENABLE
#define TRIGGER(n) ((n) << UART_FCR_TRIGGER_SHIFT | FIFOS_ON)

// A UART after power-on, with `ier` and `fcr` set and its line connected.
static struct uart uart_with(uint8_t ier, uint8_t fcr)
{
    struct uart uart;

    uart_reset(&uart);
    uart_write(&uart, UART_FCR, fcr);
    uart_write(&uart, UART_MCR, UART_MCR_OUT2);
    uart_write(&uart, UART_IER, ier);
    return uart;
}

static void receive_string(struct uart *uart, const char *text)
{
    while (*text)
        uart_receive(uart, *text++);
}

// Everything that the guest sent, as a string.
static const char *transmitted(struct uart *uart)
{
    static char text[64];
    uint8_t byte;
    unsigned n = 0;

    while (n < sizeof(text) - 1 && uart_transmit(uart, &byte))
        text[n++] = byte;
    text[n] = '\0';
    return text;
}

// "UART Reset Configuration".
static void test_reset(void)
{
    struct uart uart;

    memset(&uart, 0xAA, sizeof(uart));
    uart_reset(&uart);
    is_int(uart_read(&uart, UART_IER), 0, "reset: IER, nothing enabled");
    is_int(uart_read(&uart, UART_IIR), UART_IIR_NONE, "reset: IIR, no cause, FIFOs off");
    is_int(uart_read(&uart, UART_LCR), 0, "reset: LCR");
    is_int(uart_read(&uart, UART_MCR), 0, "reset: MCR");
    is_int(uart_read(&uart, UART_LSR), UART_LSR_THRE | UART_LSR_TEMT, "reset: LSR, 0x60");
    is_int(uart_read(&uart, UART_MSR), 0xB0, "reset: MSR, CTS, DSR and DCD there, no deltas");
    is_int(uart_interrupt(&uart), 0, "reset: the line is low");
    is_int(uart_read(&uart, 8), 0xFF, "there is no ninth register");
}

static void test_plain_registers(void)
{
    struct uart uart = uart_with(0, 0);

    uart_write(&uart, UART_SCR, 0x5A);
    is_int(uart_read(&uart, UART_SCR), 0x5A, "SCR keeps a byte");
    uart_write(&uart, UART_LCR, 0x1B);
    is_int(uart_read(&uart, UART_LCR), 0x1B, "LCR keeps a byte");
    uart_write(&uart, UART_IER, 0xFF);
    is_int(uart_read(&uart, UART_IER), 0x0F, "IER has four bits");
    uart_write(&uart, UART_MCR, 0xFF);
    is_int(uart_read(&uart, UART_MCR), 0x1F, "MCR has five bits");
    uart_write(&uart, UART_LSR, 0xFF);
    is_int(uart_read(&uart, UART_LSR), 0x60, "LSR ignores writes");
    uart = uart_with(0, 0);
    uart_write(&uart, UART_MSR, 0xFF);
    is_int(uart_read(&uart, UART_MSR), 0xB0, "MSR ignores writes");
}

// "Programmable Baud Generator". Known bug: a UART without DLAB prints the divisor.
static void test_divisor(void)
{
    struct uart uart = uart_with(UART_IER_RECEIVED, 0);

    receive_string(&uart, "r");
    uart_write(&uart, UART_LCR, UART_LCR_DLAB | 3);
    uart_write(&uart, UART_DATA, 0x0C);
    uart_write(&uart, UART_IER, 0x01);
    is_int(uart_read(&uart, UART_DATA), 0x0C, "DLAB: low byte of the divisor");
    is_int(uart_read(&uart, UART_IER), 0x01, "DLAB: high byte of the divisor");
    uart_write(&uart, UART_LCR, 3);
    is_str(transmitted(&uart), "", "divisor bytes are not printed");
    is_int(uart_read(&uart, UART_IER), UART_IER_RECEIVED, "and do not enable interrupts");
    is_int(uart_read(&uart, UART_DATA), 'r', "nor does reading them take a received byte");
}

// "FIFO Control Register".
static void test_fifo_control(void)
{
    struct uart uart = uart_with(0, 0);

    is_int(uart_room(&uart), 1, "FIFOs off: room for one byte");
    uart_write(&uart, UART_FCR, FIFOS_ON);
    is_int(uart_room(&uart), 16, "FIFOs on: room for sixteen");
    is_int(uart_read(&uart, UART_IIR), UART_IIR_FIFOS | UART_IIR_NONE, "IIR says that they are on");
    receive_string(&uart, "abc");
    uart_write(&uart, UART_FCR, FIFOS_ON);
    is_int(uart_room(&uart), 13, "writing the same again clears nothing");
    uart_write(&uart, UART_DATA, 'x');
    uart_write(&uart, UART_FCR, FIFOS_ON | UART_FCR_CLEAR_RECEIVE);
    is_int(uart_room(&uart), 16, "bit 1 clears the receiver");
    is_str(transmitted(&uart), "x", "and only the receiver");
    receive_string(&uart, "abc");
    uart_write(&uart, UART_DATA, 'x');
    uart_write(&uart, UART_FCR, FIFOS_ON | UART_FCR_CLEAR_TRANSMIT);
    is_str(transmitted(&uart), "", "bit 2 clears the transmitter");
    is_int(uart_room(&uart), 13, "and only the transmitter");
    uart_write(&uart, UART_DATA, 'x');
    uart_write(&uart, UART_FCR, UART_FCR_CLEAR_RECEIVE);
    is_int(uart_read(&uart, UART_IIR), UART_IIR_NONE, "FIFOs off again");
    is_int(uart_read(&uart, UART_LSR), 0x60, "switching empties both directions");
    receive_string(&uart, "q");
    uart_write(&uart, UART_FCR, UART_FCR_CLEAR_RECEIVE);
    is_int(uart_read(&uart, UART_DATA), 'q', "with bit 0 clear, the other bits don't count");
}

// "FIFO Interrupt Mode Operation": data available from the trigger level on, timeout below it.
static void test_trigger_levels(void)
{
    static const unsigned levels[] = {1, 4, 8, 14};

    for (unsigned i = 0; i < 4; i++) {
        struct uart uart = uart_with(UART_IER_RECEIVED, TRIGGER(i));

        is_int(uart_interrupt(&uart), 0, "trigger %u: silent while empty", levels[i]);
        for (unsigned n = 0; n < levels[i] - 1; n++)
            uart_receive(&uart, 'x');
        if (levels[i] > 1) {
            is_int(uart_read(&uart, UART_IIR), 0xC0 | UART_IIR_TIMEOUT, "one less: timeout");
            is_int(uart_interrupt(&uart), 1, "the line is high: few bytes don't wait for more");
        }
        uart_receive(&uart, 'x');
        is_int(uart_read(&uart, UART_IIR), 0xC0 | UART_IIR_RECEIVED, "trigger %u: data", levels[i]);
        for (unsigned n = 0; n < levels[i]; n++)
            uart_read(&uart, UART_DATA);
        is_int(uart_interrupt(&uart), 0, "trigger %u: silent when read", levels[i]);
    }
}

// "Interrupt Identification Register": one cause at a time, the most urgent first; each goes away
// by its own means only.
static void test_priorities(void)
{
    struct uart uart = uart_with(0x0F, 0);

    uart_write(&uart, UART_MCR, UART_MCR_LOOP);  // modem lines drop: the least urgent cause
    uart_write(&uart, UART_MCR, UART_MCR_OUT2);
    uart_write(&uart, UART_IER, 0);
    is_int(uart_interrupt(&uart), 0, "disabled causes don't raise the line");
    uart_write(&uart, UART_IER, 0x0F);
    receive_string(&uart, "ab");  // the second overruns the first: FIFOs are off
    for (unsigned again = 0; again < 2; again++)
        is_int(uart_read(&uart, UART_IIR), UART_IIR_LINE, "1. line status; the IIR clears nothing");
    is_int(uart_read(&uart, UART_LSR), 0x63, "reading the LSR shows the overrun");
    is_int(uart_read(&uart, UART_IIR), UART_IIR_RECEIVED, "and ends it: 2. received data");
    uart_read(&uart, UART_IIR);
    is_int(uart_read(&uart, UART_DATA), 'b', "reading the byte");
    is_int(uart_read(&uart, UART_IIR), UART_IIR_THRE, "ends that: 3. THRE");
    is_int(uart_read(&uart, UART_IIR), UART_IIR_MODEM,
           "reading the IIR ends that: 4. modem status");
    is_int(uart_interrupt(&uart), 1, "the line was high all the time");
    is_int(uart_read(&uart, UART_MSR), 0xBB, "reading the MSR shows the changes");
    is_int(uart_read(&uart, UART_IIR), UART_IIR_NONE, "and ends the last cause");
    is_int(uart_interrupt(&uart), 0, "the line is low");
}

// "Interrupt Enable Register"; Linux's serial8250_do_startup looks for each of these.
static void test_thre(void)
{
    struct uart uart = uart_with(0, FIFOS_ON);

    uart_write(&uart, UART_IER, UART_IER_THRE);
    is_int(uart_interrupt(&uart), 1, "THRE: enabling it on an empty transmitter interrupts");
    is_int(uart_read(&uart, UART_IIR), 0xC0 | UART_IIR_THRE, "the IIR says so");
    is_int(uart_interrupt(&uart), 0, "and reading it was the acknowledgement");
    is_int(uart_read(&uart, UART_IIR), 0xC0 | UART_IIR_NONE, "so the next read has nothing");
    uart_write(&uart, UART_IER, UART_IER_THRE);
    is_int(uart_interrupt(&uart), 0, "enabling what is enabled is no event");
    uart_write(&uart, UART_IER, 0);
    uart_write(&uart, UART_IER, UART_IER_THRE);
    is_int(uart_interrupt(&uart), 1, "off and on again is: a lost THRE can be asked for again");
    uart_write(&uart, UART_IER, 0);
    is_int(uart_interrupt(&uart), 0, "clearing the enable bit lowers the line at once");
    uart_write(&uart, UART_IER, UART_IER_THRE);
    uart_write(&uart, UART_DATA, 'x');
    is_int(uart_interrupt(&uart), 0, "so does a byte to send");
    is_int(uart_read(&uart, UART_LSR), 0, "LSR: neither THRE nor TEMT while it waits");
    is_str(transmitted(&uart), "x", "the byte leaves");
    is_int(uart_interrupt(&uart), 1, "and the empty transmitter interrupts");
    is_int(uart_read(&uart, UART_LSR), 0x60, "LSR: empty");
    is_int(uart_interrupt(&uart), 1, "reading the LSR acknowledges nothing");
    uart_write(&uart, UART_DATA, 'x');
    uart_write(&uart, UART_FCR, FIFOS_ON | UART_FCR_CLEAR_TRANSMIT);
    is_int(uart_interrupt(&uart), 1, "emptying the transmitter by FCR is the same event");
}

// Known bug: output stops after 16 bytes. An interrupt-driven driver writes a FIFO's worth, and
// goes on only when the line rises again.
static void test_output_goes_on(void)
{
    struct uart uart = uart_with(UART_IER_THRE, FIFOS_ON);
    unsigned sent = 0, interrupts = 0;
    uint8_t byte;

    while (sent < 1000 && uart_interrupt(&uart)) {
        interrupts++;
        if ((uart_read(&uart, UART_IIR) & 0x0F) == UART_IIR_THRE)
            for (unsigned i = 0; i < UART_FIFO_SIZE; i++)
                uart_write(&uart, UART_DATA, 'x');
        while (uart_transmit(&uart, &byte))
            sent++;
    }
    is_int(sent, 1008, "output by interrupts doesn't stop");
    is_int(interrupts, 63, "16 bytes an interrupt");
}

// Only the byte that the driver's next interrupt hangs on is urgent.
static void test_awaits_thre(void)
{
    struct uart uart = uart_with(0, FIFOS_ON);
    uint8_t byte;

    is_int(uart_awaits_thre(&uart), 0, "without THRE interrupts nobody awaits one");
    uart_write(&uart, UART_IER, UART_IER_THRE);
    is_int(uart_awaits_thre(&uart), 0, "the first comes by itself");
    uart_read(&uart, UART_IIR);
    is_int(uart_awaits_thre(&uart), 1, "the next comes by a byte");
    uart_write(&uart, UART_DATA, 'x');
    uart_transmit(&uart, &byte);
    is_int(uart_awaits_thre(&uart), 0, "one is enough");
}

// Known bug: echo lags by one key, since an acknowledgement of one cause hides another.
static void test_echo_does_not_lag(void)
{
    struct uart uart = uart_with(UART_IER_RECEIVED | UART_IER_THRE, TRIGGER(2));
    unsigned echoed = 0;

    uart_read(&uart, UART_IIR);  // the driver is idle: THRE acknowledged
    for (const char *key = "echo"; *key; key++) {
        uart_receive(&uart, *key);
        while (uart_interrupt(&uart)) {
            uint8_t cause = uart_read(&uart, UART_IIR) & 0x0F;

            if (cause == UART_IIR_TIMEOUT)
                uart_write(&uart, UART_DATA, uart_read(&uart, UART_DATA));
            echoed += transmitted(&uart)[0] == *key;
        }
    }
    is_int(echoed, 4, "each key is echoed before the next");

    uart = uart_with(UART_IER_RECEIVED | UART_IER_THRE, FIFOS_ON);
    uart_receive(&uart, 'k');
    is_int(uart_read(&uart, UART_IIR), 0xC0 | UART_IIR_RECEIVED, "a key hides THRE");
    uart_read(&uart, UART_DATA);
    is_int(uart_read(&uart, UART_IIR), 0xC0 | UART_IIR_THRE, "but its IIR read didn't lose THRE");
}

// "Line Status Register", OE: what gets lost, and what doesn't.
static void test_overrun(void)
{
    struct uart uart = uart_with(UART_IER_LINE, FIFOS_ON);

    receive_string(&uart, "0123456789abcdef");
    is_int(uart_room(&uart), 0, "sixteen bytes: full");
    is_int(uart_interrupt(&uart), 0, "full is not yet an overrun");
    is_int(uart_receive(&uart, 'X'), 0, "the seventeenth is refused");
    is_int(uart_interrupt(&uart), 1, "which is a line status interrupt");
    is_int(uart_read(&uart, UART_LSR) & UART_LSR_OVERRUN, UART_LSR_OVERRUN, "LSR: overrun");
    is_int(uart_read(&uart, UART_LSR) & UART_LSR_OVERRUN, 0, "once");
    is_int(uart_read(&uart, UART_DATA), '0', "the FIFO is as it was: first byte");
    for (unsigned i = 0; i < 14; i++)
        uart_read(&uart, UART_DATA);
    is_int(uart_read(&uart, UART_DATA), 'f', "last byte");
    is_int(uart_read(&uart, UART_LSR), 0x60, "and no more");
    is_int(uart_read(&uart, UART_DATA), 0, "reading on gives 0");
    is_int(uart_room(&uart), 16, "and takes nothing");
    for (unsigned i = 0; i < 20; i++)
        uart_write(&uart, UART_DATA, 'a' + i);
    is_str(transmitted(&uart), "abcdefghijklmnop", "a guest that doesn't wait loses output");
}

// "MODEM Control Register": loopback, which drivers use to find out whether a chip is there.
static void test_loopback(void)
{
    struct uart uart = uart_with(0x0F, FIFOS_ON);

    uart_read(&uart, UART_IIR);
    uart_write(&uart, UART_MCR, UART_MCR_LOOP | UART_MCR_OUT2 | UART_MCR_RTS);
    is_int(uart_read(&uart, UART_MSR) & 0xF0, UART_MSR_DCD | UART_MSR_CTS,
           "OUT2 is DCD, RTS is CTS");
    uart_write(&uart, UART_MCR, UART_MCR_LOOP | UART_MCR_OUT1 | UART_MCR_DTR);
    is_int(uart_read(&uart, UART_MSR), UART_MSR_RI | UART_MSR_DSR | 0x0B,
           "OUT1 is RI, DTR is DSR; a ring that begins is no delta");
    uart_write(&uart, UART_MCR, UART_MCR_LOOP | UART_MCR_DTR);
    is_int(uart_read(&uart, UART_MSR), UART_MSR_DSR | 0x04, "one that ends is");
    uart_write(&uart, UART_DATA, 'L');
    is_str(transmitted(&uart), "", "loopback: a sent byte doesn't leave");
    is_int(uart_read(&uart, UART_LSR), 0x61, "it is received, and the transmitter empty again");
    is_int(uart_read(&uart, UART_IIR), 0xC0 | UART_IIR_RECEIVED, "the IIR says received");
    is_int(uart_interrupt(&uart), 0, "pin OUT2 is inactive: the line stays low");
    is_int(uart_room(&uart), 0, "no room for the outside");
    is_int(uart_receive(&uart, 'o'), 0, "which is cut off");
    is_int(uart_read(&uart, UART_DATA), 'L', "the byte");
    is_int(uart_read(&uart, UART_IIR), 0xC0 | UART_IIR_THRE, "and after it, that it was sent");
    is_int(uart_read(&uart, UART_LSR), 0x60, "alone, and without an overrun");
    for (unsigned i = 0; i < 17; i++)
        uart_write(&uart, UART_DATA, i);
    is_int(uart_read(&uart, UART_LSR), 0x63, "seventeen looped bytes: overrun");
}

// A PC wires the interrupt through OUT2: MCR writes change the line.
static void test_out2(void)
{
    struct uart uart = uart_with(UART_IER_RECEIVED, 0);

    receive_string(&uart, "a");
    is_int(uart_interrupt(&uart), 1, "OUT2 set: the line is high");
    uart_write(&uart, UART_MCR, 0);
    is_int(uart_interrupt(&uart), 0, "OUT2 clear: low");
    is_int(uart_read(&uart, UART_IIR), UART_IIR_RECEIVED, "though the cause is there");
    uart_write(&uart, UART_MCR, UART_MCR_OUT2);
    is_int(uart_interrupt(&uart), 1, "and high again");
    uart_write(&uart, UART_IER, 0);
    is_int(uart_interrupt(&uart), 0, "the line follows IER writes too");
}

// Who sends asks the LSR before each byte; who waits for one asks it again and again.
static void test_listens(void)
{
    struct uart uart;

    uart_reset(&uart);
    for (int i = 0; i < 100; i++) {
        uart_read(&uart, UART_LSR);
        uart_write(&uart, UART_DATA, 'x');
    }
    ok(!uart_listens(&uart), "a guest that only sends doesn't listen");
    for (int i = 0; i < 100; i++)
        uart_read(&uart, UART_LSR);
    ok(uart_listens(&uart), "one that polls the LSR does");
    uart_write(&uart, UART_IER, UART_IER_RECEIVED);
    ok(uart_listens(&uart), "and one with its interrupt enabled");
}

int main(void)
{
    test_reset();
    test_plain_registers();
    test_divisor();
    test_fifo_control();
    test_trigger_levels();
    test_priorities();
    test_thre();
    test_output_goes_on();
    test_echo_does_not_lag();
    test_overrun();
    test_loopback();
    test_out2();
    test_listens();
    test_awaits_thre();
    return done_testing();
}
