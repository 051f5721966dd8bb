// Random guests and random hosts against the UART. After every step its state must agree with a
// second description of the chip, kept here in other terms: the level of the interrupt line is
// computed from what the guest can see (on copies, since reading has side effects), and bytes are
// followed through the FIFOs in long, plain arrays.
//
// Each step is two bytes of input: what to do, and with which value.

#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "common/pc/uart.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

// A direction, as the bytes that still have to come out.
struct expected {
    uint8_t bytes[UART_FIFO_SIZE];
    unsigned count;
};

struct model {
    struct expected receive, transmit;
    bool thre;  // an unacknowledged THRE
};

static void expect(struct expected *queue, uint8_t byte)
{
    CHECK(queue->count < UART_FIFO_SIZE);
    queue->bytes[queue->count++] = byte;
}

static uint8_t expected_next(struct expected *queue)
{
    uint8_t byte = queue->bytes[0];

    CHECK(queue->count > 0);
    memmove(queue->bytes, queue->bytes + 1, --queue->count);
    return byte;
}

// Reads a register of a copy: what the guest would see, without doing anything to the UART.
static uint8_t peek(const struct uart *uart, unsigned reg)
{
    struct uart copy = *uart;

    return uart_read(&copy, reg);
}

static uint8_t peek_ier(const struct uart *uart)
{
    struct uart copy = *uart;

    uart_write(&copy, UART_LCR, 0);
    return uart_read(&copy, UART_IER);
}

static bool fifos_on(const struct uart *uart)
{
    return peek(uart, UART_IIR) & UART_IIR_FIFOS;
}

// The data sheet's sentence on interrupts, over what is visible.
static void check_line(const struct uart *uart, const struct model *model)
{
    uint8_t ier = peek_ier(uart), lsr = peek(uart, UART_LSR), mcr = peek(uart, UART_MCR);
    uint8_t cause = peek(uart, UART_IIR) & 0x0F;
    bool received = ier & UART_IER_RECEIVED && lsr & UART_LSR_DATA;
    bool line = ier & UART_IER_LINE && lsr & 0x1E;
    bool thre = ier & UART_IER_THRE && model->thre;
    bool modem = ier & UART_IER_MODEM && peek(uart, UART_MSR) & UART_MSR_DELTAS;
    bool any = received || line || thre || modem;

    CHECK(uart_interrupt(uart) == (any && (mcr & 0x18) == UART_MCR_OUT2));
    CHECK((cause != UART_IIR_NONE) == any);
    CHECK((cause == UART_IIR_LINE) == line);
    CHECK((cause == UART_IIR_RECEIVED || cause == UART_IIR_TIMEOUT) == (received && !line));
    CHECK((cause == UART_IIR_THRE) == (thre && !line && !received));
}

static void check_state(const struct uart *uart, const struct model *model)
{
    unsigned size = fifos_on(uart) ? UART_FIFO_SIZE : 1;
    bool loop = peek(uart, UART_MCR) & UART_MCR_LOOP;
    uint8_t lsr = peek(uart, UART_LSR);

    CHECK(model->receive.count <= size);
    CHECK(model->transmit.count <= size);
    CHECK(!(lsr & UART_LSR_DATA) == (model->receive.count == 0));
    CHECK(!(lsr & UART_LSR_THRE) == (model->transmit.count > 0));
    CHECK(!(lsr & UART_LSR_TEMT) == (model->transmit.count > 0));
    CHECK(uart_room(uart) == (loop ? 0 : size - model->receive.count));
    check_line(uart, model);
}

// A byte enters the receiver, from outside or by loopback.
static bool model_receive(struct model *model, uint8_t byte, bool fifos)
{
    bool full = model->receive.count == (fifos ? UART_FIFO_SIZE : 1);

    if (full && fifos)
        return false;
    if (full)
        expected_next(&model->receive);
    expect(&model->receive, byte);
    return !full;
}

static void step_read(struct uart *uart, struct model *model, unsigned reg)
{
    bool dlab = peek(uart, UART_LCR) & UART_LCR_DLAB;
    struct uart before = *uart;
    uint8_t value = uart_read(uart, reg);

    if (reg == UART_DATA && !dlab && model->receive.count > 0)
        CHECK(value == expected_next(&model->receive));
    if (reg == UART_IIR && (value & 0x0F) == UART_IIR_THRE)
        model->thre = false;
    else if (reg == UART_IIR)  // any other cause: nothing at all may have changed
        CHECK(memcmp(&before, uart, sizeof(before)) == 0);
    if (reg == UART_LSR)
        CHECK(!(peek(uart, UART_LSR) & 0x1E));
    if (reg == UART_MSR)
        CHECK(!(peek(uart, UART_MSR) & UART_MSR_DELTAS));
}

static void model_fcr(struct model *model, uint8_t value, bool fifos)
{
    bool enable = value & UART_FCR_ENABLE;

    if (enable != fifos || (enable && value & UART_FCR_CLEAR_RECEIVE))
        model->receive.count = 0;
    if (enable != fifos || (enable && value & UART_FCR_CLEAR_TRANSMIT)) {
        model->thre |= model->transmit.count > 0;
        model->transmit.count = 0;
    }
}

static void step_write(struct uart *uart, struct model *model, unsigned reg, uint8_t value)
{
    bool dlab = peek(uart, UART_LCR) & UART_LCR_DLAB;
    bool loop = peek(uart, UART_MCR) & UART_MCR_LOOP;
    bool fifos = fifos_on(uart);

    if (reg == UART_DATA && !dlab && loop) {
        model_receive(model, value, fifos);
        model->thre = model->transmit.count == 0;
    } else if (reg == UART_DATA && !dlab) {
        model->thre = false;
        if (model->transmit.count < (fifos ? UART_FIFO_SIZE : 1))
            expect(&model->transmit, value);
    }
    if (reg == UART_IER && !dlab && value & ~peek_ier(uart) & UART_IER_THRE)
        model->thre |= model->transmit.count == 0;
    if (reg == UART_FCR)
        model_fcr(model, value, fifos);
    uart_write(uart, reg, value);
}

static void step_host(struct uart *uart, struct model *model, bool receive, uint8_t value)
{
    bool loop = peek(uart, UART_MCR) & UART_MCR_LOOP;
    uint8_t byte;

    if (receive) {
        bool room = uart_room(uart) > 0;
        bool kept = uart_receive(uart, value);

        CHECK(kept == room);
        CHECK(loop || model_receive(model, value, fifos_on(uart)) == kept);
        return;
    }
    CHECK(uart_transmit(uart, &byte) == (model->transmit.count > 0));
    if (model->transmit.count > 0) {
        CHECK(byte == expected_next(&model->transmit));
        model->thre |= model->transmit.count == 0;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct model model = {0};
    struct uart uart;

    uart_reset(&uart);
    check_state(&uart, &model);
    for (size_t i = 0; i + 1 < size; i += 2) {
        unsigned reg = data[i] & 7;

        switch (data[i] >> 6) {
        case 0: step_read(&uart, &model, reg); break;
        case 1: step_write(&uart, &model, reg, data[i + 1]); break;
        default: step_host(&uart, &model, data[i] & 0x40, data[i + 1]); break;
        }
        check_state(&uart, &model);
    }
    return 0;
}
