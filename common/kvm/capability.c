// Asking for what capability.h says.

#include "common/kvm/capability.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/kvm/kvm.h"

int kvm_need(int kvm_fd, int capability, const char *name, const char *file, int line)
{
    int offered = kvm_ioctl(kvm_fd, KVM_CHECK_EXTENSION, "KVM_CHECK_EXTENSION",
                            (unsigned long)capability, file, line);

    if (offered == 0) {
        fprintf(stderr, "%s:%d: this KVM lacks %s\n", file, line, name);
        exit(VM_REFUSED);
    }
    return offered;
}
