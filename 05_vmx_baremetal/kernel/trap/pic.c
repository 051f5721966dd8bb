// The 8259A pair (Intel 8259A data sheet, "Initialization Command Words").

#include "kernel/trap/pic.h"

#include <stdbool.h>

#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "kernel/panic/panic.h"

#define PIC1_COMMAND   0x20
#define PIC1_DATA      0x21
#define PIC2_COMMAND   0xA0
#define PIC2_DATA      0xA1
#define WAIT           0x80      // nobody's: the bus gets another byte
#define ICW1_INIT      0x11      // edge-triggered, cascaded, ICW4 follows
#define ICW3_SECONDARY (1 << 2)  // the first: the second one is at my IR2
#define ICW3_IDENTITY  2         // the second: I am at IR2
#define ICW4_8086      0x01      // vectors as an 8086 wants them; EOI by command
#define OCW1_MASK_ALL  0xFF
#define OCW2_END       0x60  // specific end of interrupt; bits 2:0 say of which input
#define CASCADE        2     // the input of the first chip that the second one is at

// A chip remembers its mask. An empty bus reads as ones, or as what was there last.
static bool is_there(uint16_t data)
{
    out8(data, 0x55);
    out8(WAIT, 0);
    if (in8(data) != 0x55)
        return false;
    out8(data, 0xAA);
    out8(WAIT, 0);
    return in8(data) == 0xAA;
}

void pic_init(void)
{
    out8(PIC1_COMMAND, ICW1_INIT);
    out8(PIC2_COMMAND, ICW1_INIT);
    out8(PIC1_DATA, PIC_VECTOR);
    out8(PIC2_DATA, PIC_VECTOR + 8);
    out8(PIC1_DATA, ICW3_SECONDARY);
    out8(PIC2_DATA, ICW3_IDENTITY);
    out8(PIC1_DATA, ICW4_8086);
    out8(PIC2_DATA, ICW4_8086);
    if (!is_there(PIC1_DATA) || !is_there(PIC2_DATA)) {
        kprintf("this machine has no pair of 8259s, on which all its interrupts come\n");
        host_end(VM_REFUSED);
    }
    out8(PIC1_DATA, OCW1_MASK_ALL);
    out8(PIC2_DATA, OCW1_MASK_ALL);
}

static void unmask(uint16_t port, unsigned input)
{
    out8(port, (uint8_t)(in8(port) & ~(1u << input)));
}

void pic_unmask(unsigned irq)
{
    unmask(irq < 8 ? PIC1_DATA : PIC2_DATA, irq % 8);
    if (irq >= 8)
        unmask(PIC1_DATA, CASCADE);
}

void pic_end(unsigned irq)
{
    if (irq >= 8)
        out8(PIC2_COMMAND, (uint8_t)(OCW2_END | irq % 8));
    out8(PIC1_COMMAND, (uint8_t)(OCW2_END | (irq < 8 ? irq : CASCADE)));
}
