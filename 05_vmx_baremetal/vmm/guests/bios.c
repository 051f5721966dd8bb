// The guest "bios": the SeaBIOS of 02_bios, that file and no other. Memory and ports are those of
// 02_bios; what KVM had in the kernel there is here as well: the 8259s are a model, and the timer
// is the machine's own.

#include <string.h>

#include "common/pc/cmos.h"
#include "common/pc/debug_console.h"
#include "common/pc/keyboard.h"
#include "common/pc/pic.h"
#include "common/pc/reset.h"
#include "common/pc/x86.h"
#include "kernel/console/console.h"
#include "kernel/memory/page.h"
#include "kernel/memory/payload.h"
#include "kernel/panic/panic.h"
#include "kernel/trap/pic.h"
#include "vmm/guests/devices/coprocessor.h"
#include "vmm/guests/guest.h"
#include "vmm/guests/host.h"
#include "vmm/memory/memory.h"

// The ROM ends at 4 GiB, where the CPU starts, and its last 256 KiB once more at 1 MiB.
#define RAM         MIB(16)
#define ROM_END     GIB(4)
#define SHADOW_END  MIB(1)
#define SHADOW_SIZE KIB(256)
#define ROM_MAX     MIB(2)

#define THE_END "No bootable device"

struct bios {
    struct guest *guest;
    struct pic pic;
    struct coprocessor x87;
    struct cmos cmos;
    struct keyboard keyboard;
    size_t matched;  // so many characters of THE_END have just been printed
    bool talks;      // it has printed something: some builds of SeaBIOS never do
    bool reset;      // the guest asked for one
};

static struct bios bios;

// SeaBIOS's log. After its last word it would wait for a minute and reset.
static void debug_console_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct bios *self = device;
    char c = (char)value;

    (void)offset, (void)size;
    self->talks = true;
    console_putc(c);
    self->matched = c == THE_END[self->matched] ? self->matched + 1 : c == THE_END[0];
    if (self->matched == strlen(THE_END)) {
        console_putc('\n');
        guest_end(self->guest, VM_POWERED_OFF);
    }
}

static const struct port_range ports[] = {
    {PIC_PORT_FIRST_COMMAND, PIC_PORT_FIRST_DATA, "first 8259", pic_in, pic_out, &bios.pic.first},
    {PIC_PORT_SECOND_COMMAND, PIC_PORT_SECOND_DATA, "second 8259", pic_in, pic_out,
     &bios.pic.second},
    {PIC_PORT_FIRST_ELCR, PIC_PORT_SECOND_ELCR, "edge or level", pic_elcr_in, pic_elcr_out,
     &bios.pic},
    {COPROCESSOR_PORT, COPROCESSOR_PORT, "coprocessor error", NULL, coprocessor_out, &bios.x87},
    {PIT_FIRST, PIT_LAST, "timer of the machine", host_in, host_out, HOST_PORT(PIT_FIRST)},
    {PORT_B, PORT_B, "timer gate of the machine", host_in, host_out, HOST_PORT(PORT_B)},
    {DEBUG_CONSOLE, DEBUG_CONSOLE, "debug console", debug_console_in, debug_console_out, &bios},
    {CMOS_PORT_INDEX, CMOS_PORT_DATA, "CMOS", clock_in, clock_out, &bios.cmos},
    {KEYBOARD_DATA, KEYBOARD_COMMAND, "keyboard", keyboard_in, keyboard_out, &bios.keyboard},
    {RESET_CONTROL, RESET_CONTROL, "reset control", NULL, reset_control_out, &bios.reset},
    {PCI_FIRST, PCI_LAST, "PCI, absent", NULL, NULL, NULL, .width = 4},
};

static void settle(struct guest *guest)
{
    if (!bios.reset)
        return;
    if (!bios.talks)
        kprintf("bios: wrote no log to port 402h, expected one such as bios-256k.bin\n");
    guest_end(guest, VM_RESET);
}

static void load(struct guest *guest)
{
    struct payload rom = payload_get("bios");
    size_t shadow = rom.size < SHADOW_SIZE ? rom.size : SHADOW_SIZE;

    if (rom.size % PAGE_SIZE || rom.size > ROM_MAX) {
        kprintf("bios: %lu bytes, expected a multiple of 4096 up to %lu\n", rom.size, ROM_MAX);
        host_end(VM_BAD_USAGE);
    }
    memory_add(&guest->ept, 0, RAM);
    memory_add_rom(&guest->ept, ROM_END - rom.size, rom.data, rom.size);
    memcpy(memory_at(&guest->ept, SHADOW_END - shadow, shadow), rom.data + rom.size - shadow,
           shadow);
}

void bios_create(struct guest *guest)
{
    load(guest);
    bios = (struct bios){.guest = guest};
    pic_reset(&bios.pic);
    bios.x87.pic = &bios.pic;
    cmos_reset(&bios.cmos, NULL, RAM, 0);
    keyboard_reset(&bios.keyboard, &bios.reset);
    guest->ports = ports;
    guest->port_count = sizeof(ports) / sizeof(ports[0]);
    guest->empty_bus = true;
    guest->pic = &bios.pic;
    guest->x87 = &bios.x87;
    guest->irqs = 1 << PIT_IRQ | 1 << CMOS_IRQ;
    guest->settle = settle;
    guest->start = guest_state_real(0xF000, 0xFFFF0000, 0xFFF0);
    clock_reset();
    pic_unmask(PIT_IRQ);
    pic_unmask(CMOS_IRQ);
}
