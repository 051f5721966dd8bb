// Talking to /dev/kvm: one checked ioctl, and one way to open it. Taught in book/01_hello.

#ifndef COMMON_KVM_KVM_H
#define COMMON_KVM_KVM_H

#include <linux/kvm.h>

#include "common/status.h"

// KVM(fd, KVM_CREATE_VM, 0): an ioctl that can't fail unnoticed. Where KVM refuses, the program
// ends with VM_REFUSED and a line such as `main.c:42: KVM_CREATE_VM: Permission denied`.
// Returns what the ioctl returned, which is never negative.
#define KVM(fd, request, argument)                                                                 \
    kvm_ioctl(fd, request, #request, (unsigned long)(argument), __FILE__, __LINE__)

int kvm_ioctl(int fd, unsigned long request, const char *name, unsigned long argument,
              const char *file, int line);

// Opens /dev/kvm, or the file that the environment variable KVM_DEVICE names, and checks that it
// speaks API version 12, the only one since Linux 2.6.22. Returns the descriptor. Where that fails,
// the program ends with VM_REFUSED after saying why, and which command mends it. Source: KVM API,
// "KVM_GET_API_VERSION".
int kvm_open(void);

#endif
