// The chips of a PC that KVM has in the kernel: an interrupt every few ms that had to come out to
// us and go back in would cost more than all the rest.
//
// Taught in book/02_bios.

#ifndef COMMON_KVM_CHIPS_H
#define COMMON_KVM_CHIPS_H

#include <stdbool.h>

// Gives the machine two 8259s, an I/O APIC, the 8254 timer, and a local APIC for each vCPU; call it
// before the first of these is created. Source: KVM API, "KVM_CREATE_IRQCHIP", "KVM_CREATE_PIT2".
void chips_create(int vm_fd);

// Gives the line of an ISA interrupt this level. Source: KVM API, "KVM_IRQ_LINE".
void chips_set_line(int vm_fd, unsigned irq, bool level);

#endif
