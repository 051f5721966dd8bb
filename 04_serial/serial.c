// The serial port of serial.h.

#include "serial.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include "common/kvm/kvm.h"

// The rule of uart.h, in one place: whatever touches the UART ends here. Most accesses leave the
// line as it was, and then KVM needn't be told.
static void interrupt_update(struct serial *serial)
{
    bool level = uart_interrupt(&serial->uart);
    struct kvm_irq_level irq = {.irq = UART_COM1_IRQ, .level = level};

    if (level == serial->line)
        return;
    serial->line = level;
    KVM(serial->vm_fd, KVM_IRQ_LINE, &irq);
}

static void print(struct serial *serial, const uint8_t *bytes, size_t count)
{
    output_write(&serial->output, bytes, count);
    output_write(&serial->ready, bytes, count);
}

// Coalesced port I/O. Most exits of a booting kernel are single characters on their way to the
// transmit register, where nothing has to happen at once. KVM writes them into a ring in memory
// that it shares with us, and the guest goes on. Before its next character the guest asks the line
// status whether there is room: that is an exit, and before the UART answers, the ring is emptied.
// So a character costs one exit instead of two; once the kernel uses the FIFO, sixteen cost one.
//
// Source: KVM API, "KVM_(UN)REGISTER_COALESCED_MMIO"; <linux/kvm.h>, kvm_coalesced_mmio_ring.
void serial_coalesce(struct serial *serial, int kvm_fd, const struct vcpu *vcpu)
{
    struct kvm_coalesced_mmio_zone zone = {.addr = SERIAL_FIRST + UART_DATA, .size = 1, .pio = 1};
    size_t page_size = (size_t)sysconf(_SC_PAGESIZE);
    int page = KVM(kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_COALESCED_MMIO);  // in vcpu->run

    if (page == 0 || KVM(kvm_fd, KVM_CHECK_EXTENSION, KVM_CAP_COALESCED_PIO) == 0)
        return;
    KVM(serial->vm_fd, KVM_REGISTER_COALESCED_MMIO, &zone);
    serial->ring = (void *)((uint8_t *)vcpu->run + (size_t)page * page_size);
    serial->ring_size = (page_size - sizeof(*serial->ring)) / sizeof(struct kvm_coalesced_mmio);
}

// KVM appends at `last`, we take at `first`. The entries before `last` are complete once it says
// so: acquire. Their place is free again once `first` says so: release.
static void ring_empty(struct serial *serial)
{
    struct kvm_coalesced_mmio_ring *ring = serial->ring;
    uint8_t bytes[256];
    size_t count = 0;

    while (ring && ring->first != __atomic_load_n(&ring->last, __ATOMIC_ACQUIRE)) {
        uart_write(&serial->uart, UART_DATA, ring->coalesced_mmio[ring->first].data[0]);
        __atomic_store_n(&ring->first, (ring->first + 1) % serial->ring_size, __ATOMIC_RELEASE);
        count += uart_transmit(&serial->uart, &bytes[count]);
        if (count == sizeof(bytes)) {
            print(serial, bytes, count);
            count = 0;
        }
    }
    if (count > 0)
        print(serial, bytes, count);
}

uint32_t serial_in(void *device, uint16_t offset, unsigned size)
{
    struct serial *serial = device;
    uint8_t value;

    (void)size;
    ring_empty(serial);
    value = uart_read(&serial->uart, offset);
    interrupt_update(serial);
    return value;
}

void serial_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct serial *serial = device;
    uint8_t byte;

    (void)size;
    ring_empty(serial);
    uart_write(&serial->uart, offset, (uint8_t)value);
    if (uart_transmit(&serial->uart, &byte))
        print(serial, &byte, 1);
    interrupt_update(serial);
}

void serial_flush(struct serial *serial)
{
    ring_empty(serial);
    interrupt_update(serial);
}

// Nothing before a driver listens: what arrives earlier, it throws away when it starts. And nothing
// before it has taken all it got, so that a burst is whole FIFOs and not single bytes.
size_t serial_room(const struct serial *serial)
{
    bool listens = serial->uart.ier & UART_IER_RECEIVED;

    return listens && serial->uart.receive.count == 0 ? uart_room(&serial->uart) : 0;
}

void serial_receive(struct serial *serial, const uint8_t *bytes, size_t count)
{
    for (size_t i = 0; i < count; i++)
        uart_receive(&serial->uart, bytes[i]);
    interrupt_update(serial);
}
