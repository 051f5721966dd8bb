// The guest "linux": a stock kernel on the PC of 04_serial. The loader, the UART, ACPI and the rest
// are the objects of 04_serial; here they are connected.

#include "common/pc/linux.h"
#include "common/pc/acpi.h"
#include "common/pc/cmos.h"
#include "common/pc/keyboard.h"
#include "common/pc/long_mode.h"
#include "common/pc/pic.h"
#include "kernel/console/console.h"
#include "kernel/memory/page.h"
#include "kernel/memory/payload.h"
#include "kernel/panic/panic.h"
#include "kernel/trap/pic.h"
#include "vmm/guests/guest.h"
#include "vmm/guests/host.h"
#include "vmm/guests/serial.h"
#include "vmm/memory/memory.h"

// What the hypervisor keeps for itself: page tables for the guest, a VMCS, and the like.
#define RESERVE    (16ull << 20)
#define RESET_CPU  (1u << 2)
#define RESET_PORT 0xCF9

// Where a PC has its PCI bus. Linux writes 32 bits to the first port, and of these the second byte
// is no reset. Source: PCI Local Bus Specification, "Software Generation of Configuration
// Transactions".
#define PCI_FIRST 0xCF8
#define PCI_LAST  0xCFF

static struct machine {
    struct guest *guest;
    struct pic pic;
    struct cmos cmos;
    struct guest_serial serial;
    struct acpi_pm1a power;
} machine;

static uint32_t keyboard_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)size;
    return keyboard_read(port);
}

static void keyboard_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct machine *self = device;

    (void)size;
    if (keyboard_write(port, (uint8_t)value))
        guest_end(self->guest, MACHINE_GUEST_RESET);
}

static void reset_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct machine *self = device;

    (void)port, (void)size;
    if (value & RESET_CPU)
        guest_end(self->guest, MACHINE_GUEST_RESET);
}

static uint32_t power_in(void *device, uint16_t port, unsigned size)
{
    struct machine *self = device;

    (void)size;
    return acpi_pm1a_read(&self->power, port);
}

static void power_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct machine *self = device;

    (void)size;
    if (acpi_pm1a_write(&self->power, port, (uint16_t)value))
        guest_end(self->guest, MACHINE_OFF);
}

static void poll(struct guest *guest)
{
    (void)guest;
    serial_poll(&machine.serial);
}

static const struct port_range ports[] = {
    {SERIAL_FIRST, SERIAL_LAST, "serial port", serial_in, serial_out, &machine.serial},
    {PIC_PORT_FIRST_COMMAND, PIC_PORT_FIRST_DATA, "first 8259", pic_in, pic_out, &machine.pic},
    {PIC_PORT_SECOND_COMMAND, PIC_PORT_SECOND_DATA, "second 8259", pic_in, pic_out, &machine.pic},
    {PIC_PORT_FIRST_ELCR, PIC_PORT_SECOND_ELCR, "edge or level", pic_in, pic_out, &machine.pic},
    {PIT_FIRST, PIT_LAST, "timer of the machine", host_in, host_out, NULL},
    {PORT_B, PORT_B, "timer gate of the machine", host_in, host_out, NULL},
    {PORT_WAIT, PORT_WAIT, "nobody, for a wait", host_in, host_out, NULL},
    {CMOS_PORT_INDEX, CMOS_PORT_DATA, "CMOS", cmos_in, cmos_out, &machine.cmos},
    {KEYBOARD_DATA, KEYBOARD_DATA, "keyboard data", keyboard_in, keyboard_out, &machine},
    {KEYBOARD_COMMAND, KEYBOARD_COMMAND, "keyboard command", keyboard_in, keyboard_out, &machine},
    {RESET_PORT, RESET_PORT, "reset control", NULL, reset_out, &machine},
    {PCI_FIRST, PCI_LAST, "PCI, absent", NULL, NULL, NULL, .width = 4},
    {ACPI_PM1A_STATUS, ACPI_PM1A_LAST, "power management", power_in, power_out, &machine,
     .width = 2},
};

static void *ram_at(void *context, uint64_t gpa, uint64_t size)
{
    const struct guest *guest = context;

    return memory_at(&guest->ept, gpa, size);
}

// All the memory that there is, but for the reserve, as far as it fits below the devices of a PC.
static uint64_t ram_size(void)
{
    uint64_t size = page_free_count() * PAGE_SIZE;

    size = size > RESERVE ? (size - RESERVE) & ~(PAGE_SIZE_2M - 1) : 0;
    return size < GUEST_RAM_LOW_MAX ? size : GUEST_RAM_LOW_MAX;
}

static struct linux_loaded load(struct guest *guest, const struct guest_ram *ram)
{
    struct payload kernel = payload_get("kernel"), initrd = {0};
    struct linux_boot boot = {
        .kernel = kernel.data,
        .kernel_size = kernel.size,
        .cmdline = option("cmdline", "console=ttyS0"),
        .acpi_rsdp = ACPI_GPA,
    };
    struct linux_loaded loaded;
    enum linux_error error;

    if (payload_find("initrd", &initrd)) {
        boot.initrd = initrd.data;
        boot.initrd_size = initrd.size;
    }
    error = linux_load(&boot, ram, &loaded);
    if (error != LINUX_OK) {
        kprintf("kernel, initrd or command line: it %s %lu\n", linux_error_text(error),
                loaded.limit);
        machine_end(MACHINE_BAD_INPUT);
    }
    acpi_write_tables(memory_at(&guest->ept, ACPI_GPA, ACPI_SIZE), ACPI_GPA, 1);
    long_mode_write(ram);
    return loaded;
}

void linux_create(struct guest *guest)
{
    const struct guest_ram ram = {.low = ram_size(), .at = ram_at, .context = guest};
    struct linux_loaded loaded;

    memory_add(&guest->ept, 0, ram.low);
    loaded = load(guest, &ram);

    machine = (struct machine){.guest = guest};
    pic_reset(&machine.pic);
    cmos_reset(&machine.cmos, clock_now, ram.low, 0);
    serial_reset(&machine.serial, &machine.pic);
    guest->ports = ports;
    guest->port_count = sizeof(ports) / sizeof(ports[0]);
    guest->empty_bus = true;
    guest->tsc_khz = tsc_khz();
    guest->pic = &machine.pic;
    guest->irqs = 1 << PIT_IRQ;
    guest->poll = poll;
    guest->start = guest_state_long(loaded.entry, LONG_MODE_PAGE_TABLE);
    guest->start.rsi = loaded.boot_params;
    pic_unmask(PIT_IRQ);
    pic_unmask(UART_COM1_IRQ);  // for us: see poll()
    console_listen();
}
