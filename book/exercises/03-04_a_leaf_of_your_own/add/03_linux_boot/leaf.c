// The CPUID leaves of leaf.h.

#include "leaf.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/status.h"

void vcpu_set_leaf(struct vcpu *vcpu, uint64_t ram, uint32_t tag)
{
    (void)vcpu, (void)ram, (void)tag;
    fprintf(stderr, "03-04: not done yet\n");
    exit(VM_BAD_USAGE);
}
