// The serial port without a guest and without KVM: random accesses, and after each of them the
// level of the interrupt line, as the data sheet wants it and as KVM was told.

#include <linux/kvm.h>

#include "common/kvm/kvm.h"
#include "serial.h"
#include "unit.h"

static bool line;  // as KVM heard it last

// In KVM's place.
int kvm_ioctl(int fd, unsigned long request, const char *name, unsigned long argument,
              const char *file, int number)
{
    const struct kvm_irq_level *irq = (const void *)argument;

    (void)fd, (void)name, (void)file, (void)number;
    if (request == KVM_IRQ_LINE && irq->irq == UART_COM1_IRQ)
        line = irq->level;
    return 0;
}

// What the data sheet says of the FIFOs with trigger level 1: PC16550D, "Interrupt Control
// Functions".
static struct {
    uint8_t ier, mcr;
    unsigned received;  // bytes in the receive FIFO
    bool overrun, empty_told;
} chip;

static uint8_t cause(void)
{
    if (chip.ier & UART_IER_LINE && chip.overrun)
        return UART_IIR_LINE;
    if (chip.ier & UART_IER_RECEIVED && chip.received > 0)
        return UART_IIR_RECEIVED;
    if (chip.ier & UART_IER_THRE && !chip.empty_told)
        return UART_IIR_THRE;
    return UART_IIR_NONE;
}

#define HISTORY 6
static char history[HISTORY][100];
static unsigned steps;

__attribute__((format(printf, 1, 2))) static void step(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    vsnprintf(history[steps++ % HISTORY], sizeof(history[0]), format, args);
    va_end(args);
}

static void is(uint64_t got, uint64_t want, const char *what)
{
    if (got == want)
        return;
    printf("expected: %s is %llxh after these accesses, the last ones of %u:\n", what,
           (unsigned long long)want, steps);
    for (unsigned i = steps > HISTORY ? steps - HISTORY : 0; i < steps; i++)
        printf("expected:   %s\n", history[i % HISTORY]);
    unit_say("got", "%llxh", (unsigned long long)got);
    unit_say("hint",
             "which rule of the data sheet connects the last access with the line? Follow it "
             "through uart.c, and from there to KVM_IRQ_LINE");
}

static struct serial serial;

static void port_write(unsigned reg, uint8_t value, const char *name)
{
    step("write %02Xh to %s", value, name);
    serial_out(&serial, (uint16_t)reg, 1, value);
}

static void ier_write(uint8_t value)
{
    port_write(UART_IER, value, "IER");
    if (value & ~chip.ier & UART_IER_THRE)
        chip.empty_told = false;  // the transmitter is empty: whoever asks to be told, is told
    chip.ier = value;
}

static void iir_read(void)
{
    uint8_t want = cause() | UART_IIR_FIFOS, got;

    step("read IIR");
    got = (uint8_t)serial_in(&serial, UART_IIR, 1);
    is(got, want, "the IIR");
    if (cause() == UART_IIR_THRE)
        chip.empty_told = true;
}

// What arrives beyond the FIFO's sixteen bytes is lost, and that is a cause as well.
static void receive(void)
{
    size_t count = 1 + unit_random(unit_random(20) ? 3 : 20);
    uint8_t bytes[20] = {0};

    step("%zu bytes arrive", count);
    serial_receive(&serial, bytes, count);
    chip.received += (unsigned)count;
    if (chip.received > UART_FIFO_SIZE) {
        chip.received = UART_FIFO_SIZE;
        chip.overrun = true;
    }
}

static void access_one(void)
{
    switch (unit_random(8)) {
    case 0:
    case 1: ier_write((uint8_t)unit_random(8)); break;
    case 2:
        port_write(UART_DATA, (uint8_t)unit_random(256), "the data register");
        chip.empty_told = false;  // sent at once: empty again
        break;
    case 3:
        chip.mcr = unit_random(4) ? UART_MCR_OUT2 : 0;
        port_write(UART_MCR, chip.mcr, "MCR");
        break;
    case 4: iir_read(); break;
    case 5: receive(); break;
    case 6:
        step("read the data register");
        serial_in(&serial, UART_DATA, 1);
        chip.received -= chip.received > 0;
        break;
    default:
        step("read LSR");
        is(serial_in(&serial, UART_LSR, 1) & UART_LSR_OVERRUN, chip.overrun ? UART_LSR_OVERRUN : 0,
           "bit 1 of the LSR");
        chip.overrun = false;
    }
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    for (unsigned run = 0; run < 300; run++) {
        memset(&serial, 0, sizeof(serial));
        memset(&chip, 0, sizeof(chip));
        chip.empty_told = true;
        serial.output.fd = serial.ready.fd = -1;
        uart_reset(&serial.uart);
        line = false;
        steps = 0;
        port_write(UART_FCR, UART_FCR_ENABLE, "FCR");
        for (unsigned i = 0; i < 100; i++) {
            access_one();
            is(line, chip.mcr & UART_MCR_OUT2 && cause() != UART_IIR_NONE, "the interrupt line");
        }
    }
    return 0;
}
