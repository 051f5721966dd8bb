// What only some KVMs can do.
//
// Taught in book/01_hello.

#ifndef COMMON_KVM_CAPABILITY_H
#define COMMON_KVM_CAPABILITY_H

// Ends with VM_REFUSED unless KVM offers `capability`. Use it as KVM_NEED(kvm_fd,
// KVM_CAP_IRQCHIP). Returns what KVM_CHECK_EXTENSION returned: 1, or a number whose meaning the
// capability defines.
#define KVM_NEED(kvm_fd, capability) kvm_need(kvm_fd, capability, #capability, __FILE__, __LINE__)

int kvm_need(int kvm_fd, int capability, const char *name, const char *file, int line);

#endif
