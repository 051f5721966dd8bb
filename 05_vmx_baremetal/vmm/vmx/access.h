// VMREAD and VMWRITE of the current VMCS, for all who know that they succeed. An exit needs a
// dozen, so they are inline, and what a failure needs is not. Unit tests have a header of this name
// with an array in the CPU's place.

#ifndef VMM_VMX_ACCESS_H
#define VMM_VMX_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "vmm/vmx/fields.h"

// Do the same again, to find out why it failed, and stop the machine with the name of the field.
__attribute__((noreturn, cold)) void vmcs_read_failed(enum vmcs_field field);
__attribute__((noreturn, cold)) void vmcs_write_failed(enum vmcs_field field, uint64_t value);

// Reads or writes a field of the current VMCS. A field that the CPU refuses is a bug of ours: the
// machine stops with its name. CF or ZF says so, which together are the condition "below or equal".
// Source: SDM Vol. 3, "VMREAD", "VMWRITE".
static inline uint64_t vmcs_read(enum vmcs_field field)
{
    bool failed;
    uint64_t value;

    __asm__ volatile("vmread %2, %1" : "=@ccbe"(failed), "=r"(value) : "r"((uint64_t)field));
    if (failed)
        vmcs_read_failed(field);
    return value;
}

static inline void vmcs_write(enum vmcs_field field, uint64_t value)
{
    bool failed;

    __asm__ volatile("vmwrite %2, %1"
                     : "=@ccbe"(failed)
                     : "r"((uint64_t)field), "r"(value)
                     : "memory");
    if (failed)
        vmcs_write_failed(field, value);
}

#endif
