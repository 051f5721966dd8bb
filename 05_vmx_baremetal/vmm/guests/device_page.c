// What the guest finds where it has no memory: see guest.h.

#include "kernel/memory/page.h"
#include "kernel/panic/panic.h"
#include "vmm/guests/guest.h"

#define NOWHERE ~(PAGE_SIZE - 1)  // beyond what the guest has addresses for

static bool is_apic(const struct guest *guest, const struct device_page *page)
{
    return guest->apic && page->device == guest->apic;
}

void guest_apic_page(struct guest *guest)
{
    const struct apic *apic = guest->apic;
    uint64_t gpa = apic_is_on(apic) && !apic_is_x2(apic) ? apic_page(apic) : NOWHERE;

    for (size_t i = 0; i < guest->page_count; i++)
        if (is_apic(guest, &guest->pages[i]))
            guest->pages[i].gpa = gpa;
    ept_cover(&guest->ept, gpa);
}

void guest_bus(struct guest *guest)
{
    if (guest->empty_bus)
        ept_fill(&guest->ept);
    if (guest->page_count > DEVICE_PAGES)
        panic("%zu device pages, expected at most %u", guest->page_count, DEVICE_PAGES);
    for (size_t i = 0; i < guest->page_count; i++) {
        const struct device_page *page = &guest->pages[i];
        enum ept_status status = is_apic(guest, page) ? EPT_OK : ept_hole(&guest->ept, page->gpa);

        if (status != EPT_OK)
            panic("the page of the %s: EPT status %u", page->name, status);
    }
    if (guest->apic)
        guest_apic_page(guest);
}

const struct device_page *device_page_at(const struct guest *guest, uint64_t gpa)
{
    for (size_t i = 0; i < guest->page_count; i++)
        if (gpa - guest->pages[i].gpa < PAGE_SIZE)
            return &guest->pages[i];
    return NULL;
}
