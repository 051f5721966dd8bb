// The checks of VM entry in software: the frame. The rules are in controls.c, event.c, host.c,
// guest.c and segments.c.

#include "vmm/entry_check/check.h"

#include "kernel/console/console.h"
#include "vmm/entry_check/rule.h"

#define MAX_VIOLATIONS 8

unsigned vmcs_check(const struct vmx_capability *cap, struct vmcs_violation *list, unsigned max)
{
    struct vmcs_check check = {.cap = cap, .list = list, .max = max};

    check.area = AREA_CONTROLS;
    vmcs_check_controls(&check);
    vmcs_check_event(&check);
    check.area = AREA_HOST;
    vmcs_check_host(&check);
    check.area = AREA_GUEST;
    vmcs_check_guest(&check);
    vmcs_check_segments(&check);
    return check.count;
}

bool vmcs_is_valid(const struct vmx_capability *cap)
{
    struct vmcs_violation list[MAX_VIOLATIONS];
    unsigned count = vmcs_check(cap, list, MAX_VIOLATIONS);

    for (unsigned i = 0; i < count && i < MAX_VIOLATIONS; i++)
        kprintf("VMCS: %s (%04x) = %lx, but: %s\n", vmcs_field_name(list[i].field), list[i].field,
                list[i].value, list[i].rule);
    if (count > MAX_VIOLATIONS)
        kprintf("VMCS: and %u more\n", count - MAX_VIOLATIONS);
    return count == 0;
}
