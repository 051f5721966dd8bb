// The two serial ports of a PC as the hypervisor itself uses them: without interrupts, a byte at a
// time. COM1 is a console, COM2 takes the status with which the machine ends. A machine may have
// neither: what com_init() hasn't found takes everything at once and never has anything.

#ifndef KERNEL_CONSOLE_UART_H
#define KERNEL_CONSOLE_UART_H

#include <stdbool.h>

#define COM1 0x3F8  // mostly
#define COM2 0x2F8

// 115200 baud, 8 data bits, no parity, 1 stop bit, interrupts off. Is there a port at all?
bool com_init(unsigned short port);

// From now on a received byte raises the port's interrupt line.
void com_listen(unsigned short port);

// Does the transmitter take another byte?
bool com_ready(unsigned short port);

// Waits until it does, and gives it this one.
void com_write(unsigned short port, char c);

// Waits until all that was written has left: a machine that is switched off before loses it.
void com_flush(unsigned short port);

// The next received byte, or -1.
int com_read(unsigned short port);

#endif
