// A guest: memory, ports, and the state that its CPU starts in.

#ifndef VMM_GUESTS_GUEST_H
#define VMM_GUESTS_GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "common/pc/pic.h"
#include "common/pc/port.h"
#include "kernel/panic.h"
#include "vmm/guests/start.h"
#include "vmm/memory/ept.h"

struct guest {
    const char *name;
    struct ept ept;                  // its memory
    const struct port_range *ports;  // its devices
    size_t port_count;
    bool empty_bus;      // where no device is, reading gives ones and writing to a port nothing
    uint64_t unclaimed;  // accesses to such ports
    bool ended;          // by one of its devices ...
    enum machine_status status;  // ... and how
    struct pic *pic;             // its interrupt controllers, or NULL: nothing interrupts it
    uint16_t irqs;               // bit n: IRQ n of the machine is the guest's
    void (*poll)(
        struct guest *guest);  // looks for input, after an interrupt of the machine; or NULL
    void (*settle)(
        struct guest *guest);  // has a device ended it? after an access to a port; or NULL
    uint64_t tsc_khz;          // what CPUID says about the TSC; 0: nothing
    struct guest_state start;
};

// Makes the guest called `name` out of the payloads of the image. Ends the machine with
// MACHINE_BAD_INPUT if no guest is called so, or if its payload doesn't fit.
void guest_create(struct guest *guest, const char *name);

// Gives back its memory.
void guest_destroy(struct guest *guest);

// For devices: the guest is done, and `status` says how it ended. It doesn't run again.
void guest_end(struct guest *guest, enum machine_status status);

// The part that guests of one flat file share: `size` bytes of memory at GPA 0, and the payload
// called `payload`, of 2 MiB at most, at its start.
void guest_load_flat(struct guest *guest, const char *payload, uint64_t size);

#endif
