// In the place of vmm/vmx/access.h, for what runs in a unit test: see fake_vmcs.h.

#ifndef VMM_VMX_ACCESS_H
#define VMM_VMX_ACCESS_H

#include <stdint.h>

#include "vmm/vmx/fields.h"

uint64_t vmcs_read(enum vmcs_field field);
void vmcs_write(enum vmcs_field field, uint64_t value);

// Nobody calls these here.
void vmcs_read_failed(enum vmcs_field field);
void vmcs_write_failed(enum vmcs_field field, uint64_t value);

#endif
