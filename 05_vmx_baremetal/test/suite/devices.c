// The ports and pages that the suite's guests have: see suite.h. The numbers of the ports are those
// of test/guest/check.inc.

#include <string.h>

#include "kernel/console/console.h"
#include "test/suite/suite.h"
#include "vmm/exits/exits.h"
#include "vmm/guests/devices/disk.h"
#include "vmm/memory/memory.h"

#define PORT_RESULT  0xE0  // four ports each
#define PORT_EXIT    0xE4
#define PORT_TELL    0xE8
#define PORT_ECHO    0xEC
#define PORT_BUTTON  0xF0
#define PORT_RESET   0x92
#define EXIT_VALUE   0xAABBCCDD
#define NOT_REPORTED 0xFFFFFFFF
#define ECHO_MAX     64
#define PAGE_LOG     0x80  // in the page of registers: behind the last of them
#define SECTORS      8

static struct {
    uint32_t result;
    uint32_t told[SUITE_TOLD_MAX];
    unsigned told_count;
    uint32_t echo[ECHO_MAX];
    unsigned echo_first, echo_count;
    struct vcpu *vcpu;
    uint8_t registers[PAGE_LOG];
    uint32_t log, accesses;
} devices;

static void result_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    devices.result = value;
}

static uint32_t exit_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)port, (void)size;
    return EXIT_VALUE;
}

static void tell_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    if (devices.told_count < SUITE_TOLD_MAX)
        devices.told[devices.told_count] = value;
    devices.told_count++;
}

static uint32_t echo_in(void *device, uint16_t port, unsigned size)
{
    uint32_t value = devices.echo[devices.echo_first];

    (void)device, (void)port, (void)size;
    if (!devices.echo_count)
        return 0;
    devices.echo_first = (devices.echo_first + 1) % ECHO_MAX;
    devices.echo_count--;
    return value;
}

static void echo_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    if (devices.echo_count < ECHO_MAX)
        devices.echo[(devices.echo_first + devices.echo_count++) % ECHO_MAX] = value;
}

static void button_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size, (void)value;
    if (devices.vcpu)
        nmi_raise(devices.vcpu);
}

const struct port_range suite_ports[SUITE_PORTS] = {
    {PORT_RESULT, PORT_RESULT + 3, "result", NULL, result_out, NULL, .width = 4},
    {PORT_EXIT, PORT_EXIT + 3, "exit", exit_in, NULL, NULL, .width = 4},
    {PORT_TELL, PORT_TELL + 3, "tell", NULL, tell_out, NULL, .width = 4},
    {PORT_ECHO, PORT_ECHO + 3, "echo", echo_in, echo_out, NULL, .width = 4},
    {PORT_BUTTON, PORT_BUTTON, "NMI button", NULL, button_out, NULL},
    {PORT_RESET, PORT_RESET, "reset of a bare machine", NULL, NULL, NULL},
};

static void page_log(bool write, uint64_t offset, unsigned size)
{
    devices.accesses++;
    devices.log = (uint32_t)(write << 15 | size << 8 | offset);
}

static uint64_t page_read(void *device, uint64_t offset, unsigned size)
{
    uint64_t value = 0;

    (void)device;
    if (offset + size > PAGE_LOG) {
        value = devices.accesses << 16 | devices.log;
        devices.accesses = 0;
        return value;
    }
    page_log(false, offset, size);
    memcpy(&value, devices.registers + offset, size);
    return value;
}

static void page_write(void *device, uint64_t offset, unsigned size, uint64_t value)
{
    (void)device;
    if (offset + size > PAGE_LOG)
        return;
    page_log(true, offset, size);
    memcpy(devices.registers + offset, &value, size);
}

static void *ram_at(void *context, uint64_t gpa, uint64_t size)
{
    const struct guest *guest = context;

    return memory_at(&guest->ept, gpa, size);
}

void suite_pages(struct guest *guest, uint64_t gpa, uint64_t size)
{
    static struct device_page pages[2];
    static uint8_t image[SECTORS * VIRTIO_BLK_SECTOR];
    static struct guest_disk disk;
    static struct guest_ram ram;
    static struct pic pic;

    pages[0] = (struct device_page){gpa, "test device", page_read, page_write, NULL};
    pages[1] =
        (struct device_page){VIRTIO_GPA, "virtio disk", disk_page_read, disk_page_write, &disk};
    devices.accesses = devices.log = 0;
    for (unsigned i = 0; i < SECTORS; i++)
        memset(image + i * VIRTIO_BLK_SECTOR, (int)i, VIRTIO_BLK_SECTOR);
    ram = (struct guest_ram){.low = size, .at = ram_at, .context = guest};
    pic_reset(&pic);
    disk_reset(&disk, image, sizeof(image), false, &ram, &pic);
    guest->pages = pages;
    guest->page_count = 2;
    guest_bus(guest);
}

void suite_guest(struct guest *guest, const char *payload, struct guest_state start)
{
    *guest = (struct guest){
        .name = payload,
        .ports = suite_ports,
        .port_count = SUITE_PORTS,
        .start = start,
    };
    devices.result = NOT_REPORTED;
    devices.told_count = devices.echo_count = 0;
    devices.vcpu = NULL;
    ept_create(&guest->ept);
}

void suite_button(struct vcpu *vcpu)
{
    devices.vcpu = vcpu;
}

uint32_t suite_result(void)
{
    return devices.result;
}

unsigned suite_told(const uint32_t **told)
{
    *told = devices.told;
    return devices.told_count;
}

// Numbers that follow one another as a range.
void suite_print_end(const char *name, enum vm_status status)
{
    const uint32_t *told = devices.told;
    unsigned count = devices.told_count;

    kprintf("# %s: %s, result %d, tells", name, status == VM_POWERED_OFF ? "halts" : "crashes",
            (int)devices.result);
    for (unsigned i = 0; i < count && i < SUITE_TOLD_MAX; i++) {
        unsigned first = i;

        while (i + 1 < count && i + 1 < SUITE_TOLD_MAX && told[i + 1] == told[i] + 1)
            i++;
        kprintf(first == i ? " %x" : " %x-%x", told[first], told[i]);
    }
    kprintf("%s\n", count ? "" : " nothing");
}
