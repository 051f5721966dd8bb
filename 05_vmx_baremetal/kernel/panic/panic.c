// The ends of the machine. Its status goes, a digit and a line feed, to COM2: a guest has no
// access to that port, and so it cannot claim a success that was none. common/lab/vmx-lab/start
// reads it there. boot/end.asm does the same for the loader.
//
// Then the machine is switched off through the power management of the PIIX4, the chip that QEMU's
// "pc" and Bochs both emulate. Where that chip is not, on real hardware, somebody has to press the
// button.

#include "kernel/panic/panic.h"

#include <stdarg.h>

#include "kernel/console/console.h"
#include "kernel/console/uart.h"
#include "kernel/cpu.h"
#include "kernel/panic/backtrace.h"

// PCI configuration access by address and data port (PCI Local Bus Specification, "Software
// Generation of Configuration Transactions").
#define PCI_ADDRESS 0xCF8
#define PCI_DATA    0xCFC

// Intel 82371AB (PIIX4) data sheet, "Power Management".
#define PIIX4_PM     0x80000B00  // bus 0, device 1, function 3, as PCI_ADDRESS takes it
#define PIIX4_PM_ID  0x71138086
#define PIIX4_PMBASE 0x40  // bits 15:6: the first of its I/O ports
#define PMBASE_MASK  0xFFC0
#define PM1_CONTROL  4           // from there
#define PM1_SLEEP    (1u << 13)  // go to sleep; type 0, bits 12:10, is S5, soft off

static uint32_t pci_read(uint32_t address)
{
    out32(PCI_ADDRESS, address);
    return in32(PCI_DATA);
}

static void switch_off(void)
{
    uint32_t base;

    if (pci_read(PIIX4_PM) != PIIX4_PM_ID) {
        kprintf("it is now safe to switch off the machine\n");
        return;
    }
    base = pci_read(PIIX4_PM + PIIX4_PMBASE) & PMBASE_MASK;
    out16((uint16_t)(base + PM1_CONTROL), PM1_SLEEP);
}

void host_end(enum vm_status status)
{
    cli();
    com_init(COM2);
    com_write(COM2, (char)('0' + status));
    com_write(COM2, '\n');
    com_flush(COM2);
    com_flush(COM1);
    switch_off();
    for (;;)
        hlt();
}

void panic(const char *format, ...)
{
    const uint64_t *frame = __builtin_frame_address(0);  // the caller's RBP, the return address
    va_list args;

    cli();
    kprintf("panic: ");
    va_start(args, format);
    kvprintf(format, args);
    va_end(args);
    kprintf("\n");
    backtrace_print(frame[1] - 1, frame[0]);
    host_end(VM_PANIC);
}
