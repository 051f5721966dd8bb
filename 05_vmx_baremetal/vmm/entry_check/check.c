// The checks of VM entry in software: the frame. The rules are in controls.c,
// event.c, host.c, guest.c and segments.c.

#include "vmm/entry_check/check.h"

#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

void vmcs_require(struct vmcs_check *check, bool holds, enum vmcs_field field, const char *rule)
{
    if (holds)
        return;
    if (check->count < check->max)
        check->list[check->count] =
            (struct vmcs_violation){check->area, field, vmcs_read(field), rule};
    check->count++;
}

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

uint32_t vmcs_cpu2_controls(void)
{
    return vmcs_read(CPU_CONTROLS) & CPU_SECONDARY ? (uint32_t)vmcs_read(CPU2_CONTROLS) : 0;
}

bool is_canonical(uint64_t address)
{
    uint64_t high = address >> 47;

    return high == 0 || high == 0x1FFFF;
}

bool is_physical(const struct vmcs_check *check, uint64_t address, unsigned zeros)
{
    return (address & ((1ull << zeros) - 1)) == 0 && address >> check->cap->physical_bits == 0;
}

bool is_pat(uint64_t value)
{
    for (; value; value >>= 8) {
        unsigned type = value & 0xFF;

        if (type > 7 || type == 2 || type == 3)
            return false;
    }
    return true;
}
