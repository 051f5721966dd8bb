// The two 8259A interrupt controllers of a PC. The firmware leaves IRQ 0 to 7 on vectors 8 to 15,
// which belong to the processor's exceptions in protected mode.

#ifndef KERNEL_TRAP_PIC_H
#define KERNEL_TRAP_PIC_H

#define PIC_VECTOR 0x20  // of IRQ 0; IRQ 8 to 15 follow IRQ 7

// Moves IRQ 0 to 15 to vectors PIC_VECTOR and up, all masked. Ends the machine with a sentence if
// there are no such chips.
void pic_init(void);

// Lets IRQ 0 to 15 through. The cascade (IRQ 2) opens with the first of the second chip.
void pic_unmask(unsigned irq);

// The end of an interrupt that the processor has acknowledged: the chip may send the next one.
void pic_end(unsigned irq);

#endif
