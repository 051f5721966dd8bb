// The guest "linux": a stock kernel on the PC of 04_serial. The loader, the UART, ACPI and the rest
// are the objects of 04_serial; here they are connected.

#include "common/pc/linux/linux.h"

#include <string.h>

#include "common/pc/acpi/acpi.h"
#include "common/pc/apic/io_apic.h"
#include "common/pc/cmos.h"
#include "common/pc/keyboard.h"
#include "common/pc/linux/long_mode.h"
#include "common/pc/pic.h"
#include "common/pc/reset.h"
#include "kernel/console/console.h"
#include "kernel/console/i8042.h"
#include "kernel/memory/memory.h"
#include "kernel/memory/page.h"
#include "kernel/memory/payload.h"
#include "kernel/panic/panic.h"
#include "kernel/trap/pic.h"
#include "vmm/guests/devices/coprocessor.h"
#include "vmm/guests/devices/disk.h"
#include "vmm/guests/devices/local_apic.h"
#include "vmm/guests/devices/serial.h"
#include "vmm/guests/guest.h"
#include "vmm/guests/host.h"
#include "vmm/memory/memory.h"

// What the hypervisor keeps for itself: page tables for the guest, a VMCS, and the like.
#define RESERVE (16ull << 20)

static struct machine {
    struct pic pic;
    struct apic apic;
    struct io_apic io_apic;
    struct coprocessor x87;
    struct cmos cmos;
    struct keyboard keyboard;
    struct guest_serial serial;
    struct guest_disk disk;
    struct guest_ram ram;
    struct acpi_pm1a power;
    bool reset;  // the guest asked for one
} machine;

static void settle(struct guest *guest)
{
    if (machine.reset)
        guest_end(guest, VM_RESET);
    if (machine.power.off)
        guest_end(guest, VM_POWERED_OFF);
}

static void poll(struct guest *guest)
{
    (void)guest;
    console_keys();
    serial_poll(&machine.serial);
}

// Searched from the top: what Linux asks most comes first.
static const struct port_range ports[] = {
    {PIC_PORT_FIRST_COMMAND, PIC_PORT_FIRST_DATA, "first 8259", pic_in, pic_out,
     &machine.pic.first},
    {PIC_PORT_SECOND_COMMAND, PIC_PORT_SECOND_DATA, "second 8259", pic_in, pic_out,
     &machine.pic.second},
    {SERIAL_FIRST, SERIAL_LAST, "serial port", serial_in, serial_out, &machine.serial},
    {PIC_PORT_FIRST_ELCR, PIC_PORT_SECOND_ELCR, "edge or level", pic_elcr_in, pic_elcr_out,
     &machine.pic},
    {COPROCESSOR_PORT, COPROCESSOR_PORT, "coprocessor error", NULL, coprocessor_out, &machine.x87},
    {PIT_FIRST, PIT_LAST, "timer of the machine", host_in, host_out, HOST_PORT(PIT_FIRST)},
    {PORT_B, PORT_B, "timer gate of the machine", host_in, host_out, HOST_PORT(PORT_B)},
    {PORT_WAIT, PORT_WAIT, "nobody, for a wait", host_in, host_out, HOST_PORT(PORT_WAIT)},
    {CMOS_PORT_INDEX, CMOS_PORT_DATA, "CMOS", clock_in, clock_out, &machine.cmos},
    {KEYBOARD_DATA, KEYBOARD_COMMAND, "keyboard", keyboard_in, keyboard_out, &machine.keyboard},
    {RESET_CONTROL, RESET_CONTROL, "reset control", NULL, reset_control_out, &machine.reset},
    {PCI_FIRST, PCI_LAST, "PCI, absent", NULL, NULL, NULL, .width = 4},
    {ACPI_PM1A_STATUS, ACPI_PM1A_LAST, "power management", acpi_pm1a_in, acpi_pm1a_out,
     &machine.power, .width = 2},
};

// The first moves, and may come over the others: see guest_apic_page(). The last only where there
// is a disk.
static struct device_page pages[] = {
    {APIC_GPA, "local APIC", local_apic_read, local_apic_write, &machine.apic},
    {IO_APIC_GPA, "I/O APIC", io_apic_read, io_apic_write, &machine.io_apic},
    {VIRTIO_GPA, "virtio disk", disk_page_read, disk_page_write, &machine.disk},
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

// Ends the machine with what is wrong with which input.
static void refuse(enum linux_error error, uint64_t limit)
{
    static const char *const inputs[] = {
        [LINUX_KERNEL] = "kernel",
        [LINUX_INITRD] = "initrd",
        [LINUX_COMMAND_LINE] = "command line",
        [LINUX_MEMORY_MAP] = "memory map",
    };

    kprintf("%s: %s", inputs[linux_error_about(error)], linux_error_text(error));
    if (linux_error_has_limit(error))
        kprintf(" %lu bytes", limit);
    kprintf("\n");
    host_end(VM_BAD_USAGE);
}

// The disk, if the image has one.
static void connect_disk(struct guest *guest)
{
    struct payload file;

    if (!payload_find("disk", &file))
        return;
    if (!file.size || file.size % VIRTIO_BLK_SECTOR) {
        kprintf("disk: has %zu bytes, expected a disk image of whole sectors of %u bytes\n",
                file.size, VIRTIO_BLK_SECTOR);
        host_end(VM_BAD_USAGE);
    }
    disk_reset(&machine.disk, memory_unlock(file.data, file.size), file.size,
               strcmp(option("disk", ""), "ro") == 0, &machine.ram, &machine.pic);
    guest->page_count++;
    guest->note = ", whose disk is in memory: what is written to it ends with the power";
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
    if (error)
        refuse(error, loaded.limit);
    acpi_write_tables(memory_at(&guest->ept, ACPI_GPA, ACPI_SIZE), ACPI_GPA, 1,
                      machine.disk.bytes ? ACPI_VIRTIO : ACPI_NO_BUS);
    long_mode_write(ram);
    return loaded;
}

void linux_create(struct guest *guest)
{
    struct linux_loaded loaded;

    machine = (struct machine){.ram = {.low = ram_size(), .at = ram_at, .context = guest}};
    memory_add_as_it_is(&guest->ept, 0, machine.ram.low);
    guest->pages = pages;
    guest->page_count = sizeof(pages) / sizeof(pages[0]) - 1;
    connect_disk(guest);
    loaded = load(guest, &machine.ram);

    pic_reset(&machine.pic);
    apic_reset(&machine.apic);
    apic_virtual_wire(&machine.apic);
    machine.apic.no_x2 = strcmp(option("x2apic", ""), "0") == 0;
    io_apic_reset(&machine.io_apic, &machine.apic);
    machine.pic.io_apic = &machine.io_apic;
    machine.x87.pic = &machine.pic;
    cmos_reset(&machine.cmos, NULL, machine.ram.low, 0);
    keyboard_reset(&machine.keyboard, &machine.reset);
    serial_reset(&machine.serial, &machine.pic);
    guest->ports = ports;
    guest->port_count = sizeof(ports) / sizeof(ports[0]);
    guest->empty_bus = true;
    guest->tsc_khz = tsc_khz();
    guest->pic = &machine.pic;
    guest->apic = &machine.apic;
    guest->x87 = &machine.x87;
    guest->irqs = 1 << PIT_IRQ | 1 << CMOS_IRQ;
    guest->poll = poll;
    guest->settle = settle;
    guest->start = guest_state_long(loaded.entry, LONG_MODE_PAGE_TABLE);
    guest->start.rsi = loaded.boot_params;
    guest->start.gdt_base = LONG_MODE_GDT;
    guest->start.gdt_limit = LONG_MODE_GDT_LIMIT;
    clock_reset();
    pic_unmask(PIT_IRQ);
    pic_unmask(CMOS_IRQ);
    pic_unmask(UART_COM1_IRQ);  // these two for us: see poll()
    pic_unmask(KEYBOARD_IRQ);
    console_listen();
}
