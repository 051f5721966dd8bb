// Signals: how something other than the guest gets a word in.
//
// Taught in book/02_bios.

#ifndef COMMON_HOST_SIGNALS_H
#define COMMON_HOST_SIGNALS_H

// From here on SIGINT, SIGTERM and SIGHUP are noted, and a timer signal interrupts KVM_RUN five
// times a second: a guest that never exits is looked at, and no signal is missed that arrives just
// before KVM_RUN.
void signals_start(void);

// Ends the program with status 128 + signal if one was noted, by way of exit().
void signals_check(void);

#endif
