// A guest: memory, ports, and the state that its CPU starts in.

#ifndef VMM_GUESTS_GUEST_H
#define VMM_GUESTS_GUEST_H

#include <stdbool.h>
#include <stddef.h>

#include "common/pc/apic/apic.h"
#include "common/pc/pic.h"
#include "common/pc/port.h"
#include "kernel/panic/panic.h"
#include "vmm/guests/start.h"
#include "vmm/memory/ept.h"

// A page of registers in the place of memory. `offset` and `size`, 1, 2, 4 or 8 bytes, are those of
// the guest's access, and never go beyond the page; of values only so many bytes count.
struct device_page {
    uint64_t gpa;
    const char *name;
    uint64_t (*read)(void *device, uint64_t offset, unsigned size);
    void (*write)(void *device, uint64_t offset, unsigned size, uint64_t value);
    void *device;
};

#define DEVICE_PAGES 4  // that a guest may have

struct guest {
    const char *name;
    struct ept ept;                  // its memory
    const struct port_range *ports;  // its devices
    size_t port_count;
    struct device_page *pages;  // those that aren't behind ports
    size_t page_count;
    bool empty_bus;           // where nothing is, reading gives ones and a write is lost
    uint64_t unclaimed;       // accesses to such ports
    bool ended;               // by one of its devices ...
    enum vm_status status;    // ... and how
    struct pic *pic;          // its interrupt controllers, or NULL: nothing interrupts it
    struct apic *apic;        // the one in its CPU, or NULL
    struct coprocessor *x87;  // what reports x87 errors to them, or NULL
    uint16_t irqs;            // bit n: IRQ n of the machine is the guest's
    uint64_t tsc_khz;         // what CPUID says about the TSC; 0: nothing
    const char *note;         // what who starts it should know, behind its name; or NULL
    struct guest_state start;
    // Looks for input, after an interrupt of the machine; or NULL.
    void (*poll)(struct guest *guest);
    // Has a device ended it? After an access to a port; or NULL.
    void (*settle)(struct guest *guest);
};

// Makes the guest called `name` out of the payloads of the image. Ends the machine with
// VM_BAD_USAGE if no guest is called so, or if its payload doesn't fit.
void guest_create(struct guest *guest, const char *name);

// What guest_create() calls for each name, behind an empty EPT. "hello" is the ROM of 01_hello, and
// ends in HLT.
void hello_create(struct guest *guest);

// "bios", out of the payload of that name, ends when SeaBIOS has found nothing to boot from.
void bios_create(struct guest *guest);

// "linux", out of the payloads "kernel", "initrd" and "disk" and the options "cmdline" and "disk",
// ends by poweroff or reboot. What it writes to its disk is written to the payload.
void linux_create(struct guest *guest);

// Behind the last of its memory: puts an empty bus where it has none, if it has one, and holes
// where its device pages are.
void guest_bus(struct guest *guest);

// Puts the page of its local APIC where IA32_APIC_BASE says, over whatever is there; behind
// guest_bus(), and whenever the guest has written that. Where it isn't any more, and while the APIC
// is off or in x2APIC mode, the guest has what it would have without. The caller drops old
// translations from the CPU.
void guest_apic_page(struct guest *guest);

// The device page in which `gpa` is, or NULL: the first one in the table, if there are more.
const struct device_page *device_page_at(const struct guest *guest, uint64_t gpa);

// Gives back its memory.
void guest_destroy(struct guest *guest);

// For devices: the guest is done, and `status` says how it ended. It doesn't run again.
void guest_end(struct guest *guest, enum vm_status status);

// The part that guests of one flat file share: `size` bytes of memory at GPA 0, and the payload
// called `payload`, of 2 MiB at most, at its start.
void guest_load_flat(struct guest *guest, const char *payload, uint64_t size);

#endif
