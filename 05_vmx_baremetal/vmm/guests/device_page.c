// What the guest finds where it has no memory: see guest.h.

#include "kernel/memory/page.h"
#include "kernel/panic/panic.h"
#include "vmm/guests/guest.h"

void guest_bus(struct guest *guest)
{
    if (guest->empty_bus)
        ept_fill(&guest->ept);
    if (guest->page_count > DEVICE_PAGES)
        panic("%zu device pages, expected at most %u", guest->page_count, DEVICE_PAGES);
    for (size_t i = 0; i < guest->page_count; i++) {
        enum ept_status status = ept_hole(&guest->ept, guest->pages[i].gpa);

        if (status != EPT_OK)
            panic("the page of the %s: EPT status %u", guest->pages[i].name, status);
    }
}

const struct device_page *device_page_at(const struct guest *guest, uint64_t gpa)
{
    for (size_t i = 0; i < guest->page_count; i++)
        if (gpa - guest->pages[i].gpa < PAGE_SIZE)
            return &guest->pages[i];
    return NULL;
}
