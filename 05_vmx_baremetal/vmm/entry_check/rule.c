// What the rules of VM entry are made of: see rule.h.

#include "vmm/entry_check/rule.h"

#include "vmm/vmx/vmcs.h"

void vmcs_require(struct vmcs_check *check, bool holds, enum vmcs_field field, const char *rule)
{
    if (holds)
        return;
    if (check->count < check->max)
        check->list[check->count] =
            (struct vmcs_violation){check->area, field, vmcs_read(field), rule};
    check->count++;
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
