// The messages of msix.h.

#include "common/pc/pci/msix.h"

#include <string.h>

#define CONTROL        3  // the upper byte of the register, as an offset in the capability
#define CONTROL_ENABLE (1u << 7)
#define CONTROL_MASK   (1u << 6)  // holds all back
#define MASKED         (1u << 0)  // holds one back, in its entry

_Static_assert(sizeof(struct msix_message) == 16, "MSI-X Capability and Table Structures");

void msix_create(struct msix *msix, struct pci_function *function, unsigned bar)
{
    // Control: the last vector's number. Then the table's and the pending bits' place, BAR and
    // offset.
    uint8_t body[10] = {MSIX_VECTORS - 1, 0, (uint8_t)bar, 0, 0, 0, (uint8_t)bar,
                        MSIX_PENDING >> 8};

    *msix = (struct msix){.function = function};
    msix->capability =
        pci_function_add_capability(function, PCI_CAPABILITY_MSIX, body, sizeof(body));
    function->writable[msix->capability + CONTROL] = CONTROL_ENABLE | CONTROL_MASK;
    for (unsigned n = 0; n < MSIX_VECTORS; n++)
        msix->table[n].control = MASKED;
}

static uint8_t control(const struct msix *msix)
{
    return msix->function->config[msix->capability + CONTROL];
}

bool msix_enabled(const struct msix *msix)
{
    return control(msix) & CONTROL_ENABLE;
}

uint64_t msix_read(const struct msix *msix, uint64_t offset, unsigned size)
{
    uint64_t value = 0;

    if ((size != 4 && size != 8) || offset % size)
        return 0;
    if (offset < sizeof(msix->table))
        memcpy(&value, (const uint8_t *)msix->table + offset, size);
    if (offset == MSIX_PENDING)
        value = msix->pending;
    return value;
}

void msix_write(struct msix *msix, uint64_t offset, unsigned size, uint64_t value)
{
    if ((size == 4 || size == 8) && offset % size == 0 && offset < sizeof(msix->table))
        memcpy((uint8_t *)msix->table + offset, &value, size);
}

bool msix_take(struct msix *msix, struct msix_message *message)
{
    bool sends = (control(msix) & (CONTROL_ENABLE | CONTROL_MASK)) == CONTROL_ENABLE &&
                 pci_function_is_master(msix->function);

    for (unsigned n = 0; n < MSIX_VECTORS && sends; n++) {
        if (!(msix->pending & 1u << n) || (msix->table[n].control & MASKED))
            continue;
        msix->pending &= ~(1u << n);
        *message = msix->table[n];
        return true;
    }
    return false;
}
