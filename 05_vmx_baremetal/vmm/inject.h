// Events on their way into the guest.

#ifndef VMM_INJECT_H
#define VMM_INJECT_H

#include <stdint.h>

#include "vmm/event.h"
#include "vmm/vcpu.h"

// The next entry raises an exception in the guest, at the instruction that caused the exit. The two
// return what an exit handler returns then. A #GP's error code is 0: no selector is to blame.
enum resume inject_ud(void);
enum resume inject_gp(void);

// What an exit cut short, the delivery of an interrupt or exception, is started anew by the next
// entry; unless a handler wants to inject something itself. Without this such an event would be
// lost. Source: SDM Vol. 3, "Information for VM Exits That Occur During Event Delivery".
void inject_again(void);

#endif
