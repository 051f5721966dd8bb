// A VMCS for unit tests: an array in the place of the CPU's. Included by one file of a test
// program.

#ifndef TEST_UNIT_FAKE_VMCS_H
#define TEST_UNIT_FAKE_VMCS_H

#include <string.h>

#include "vmm/vmx/vmcs.h"

static uint64_t fake_vmcs[0x8000];

uint64_t vmcs_read(enum vmcs_field field)
{
    return fake_vmcs[field];
}

// The width of a field cuts what is written to it, as VMWRITE does.
void vmcs_write(enum vmcs_field field, uint64_t value)
{
    switch (VMCS_WIDTH(field)) {
    case WIDTH_16: fake_vmcs[field] = (uint16_t)value; break;
    case WIDTH_32: fake_vmcs[field] = (uint32_t)value; break;
    default: fake_vmcs[field] = value;
    }
}

void vmcs_dump(void)
{
}

static unsigned translations_dropped;

void vmcs_drop_translations(void)
{
    translations_dropped++;
}

void vmcs_demand(enum vmx_status status, const char *instruction)
{
    (void)status, (void)instruction;
}

// All fields hold garbage until they are written, as in a fresh VMCS.
static void fake_vmcs_reset(void)
{
    memset(fake_vmcs, 0xA5, sizeof(fake_vmcs));
}

#endif
