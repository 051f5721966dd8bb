// The machine's keyboard, behind its keyboard controller.

#ifndef KERNEL_CONSOLE_I8042_H
#define KERNEL_CONSOLE_I8042_H

#include <stdbool.h>

#define KEYBOARD_IRQ 1

// From now on each key raises the keyboard's interrupt line. False if the machine has no
// controller: it may have a keyboard all the same, on USB, which the hypervisor doesn't know.
bool i8042_listen(void);

// A scan code of set 1, or -1 if there is none. Does not wait.
int i8042_read(void);

#endif
