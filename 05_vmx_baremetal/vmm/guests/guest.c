// What all guests have in common: see guest.h.

#include "vmm/guests/guest.h"

#include <string.h>

#include "kernel/console/console.h"
#include "kernel/memory/payload.h"
#include "vmm/memory/memory.h"

void guest_destroy(struct guest *guest)
{
    memory_destroy(&guest->ept);
}

void guest_end(struct guest *guest, enum vm_status status)
{
    guest->ended = true;
    guest->status = status;
}

void guest_load_flat(struct guest *guest, const char *payload, uint64_t size)
{
    struct payload file = payload_get(payload);

    if (file.size > size) {
        kprintf("%s: %lu bytes, but the guest has %lu\n", payload, file.size, size);
        host_end(VM_BAD_USAGE);
    }
    memory_add(&guest->ept, 0, size);
    memcpy(memory_at(&guest->ept, 0, file.size), file.data, file.size);
}
