// A guest: memory, ports, and the state that its CPU starts in.

#ifndef VMM_GUEST_H
#define VMM_GUEST_H

#include <stddef.h>

#include "common/machine/pic.h"
#include "common/machine/port.h"
#include "vmm/ept.h"
#include "vmm/guest_state.h"

struct guest {
    const char *name;
    struct ept ept;                  // its memory
    const struct port_range *ports;  // its devices
    size_t port_count;
    struct pic *pic;  // its interrupt controllers, or NULL: nothing interrupts it
    uint16_t irqs;    // bit n: IRQ n of the machine is the guest's
    struct guest_state start;
};

// Makes the guest called `name` out of the payloads of the image. Ends the machine with
// MACHINE_BAD_INPUT if no guest is called so, or if its payload doesn't fit.
void guest_create(struct guest *guest, const char *name);

// Gives back its memory.
void guest_destroy(struct guest *guest);

// The part that guests of one flat file share: `size` bytes of memory at GPA 0, and the payload
// called `payload`, of 2 MiB at most, at its start.
void guest_load_flat(struct guest *guest, const char *payload, uint64_t size);

#endif
