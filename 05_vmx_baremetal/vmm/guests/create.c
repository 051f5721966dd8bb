// The guests by name, and how each is made.

#include <string.h>

#include "kernel/console/console.h"
#include "vmm/guests/guest.h"

static const struct {
    const char *name;
    void (*create)(struct guest *guest);
} kinds[] = {
    {"hello", hello_create},
    {"bios", bios_create},
    {"linux", linux_create},
};

void guest_create(struct guest *guest, const char *name)
{
    for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
        if (strcmp(kinds[i].name, name) == 0) {
            *guest = (struct guest){.name = kinds[i].name};
            ept_create(&guest->ept);
            kinds[i].create(guest);
            guest_bus(guest);
            return;
        }
    kprintf("there is no guest \"%s\"\n", name);
    host_end(VM_BAD_USAGE);
}
