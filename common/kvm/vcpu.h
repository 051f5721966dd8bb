// A virtual CPU: its descriptor, and the page in which KVM tells why the guest stopped running.
//
// Taught in book/01_hello.

#ifndef COMMON_KVM_VCPU_H
#define COMMON_KVM_VCPU_H

#include <linux/kvm.h>
#include <stdbool.h>
#include <stddef.h>

struct vcpu {
    int fd;
    unsigned id;  // also its APIC id
    struct kvm_run *run;
    size_t run_size;  // bytes mapped at `run`
};

// Creates vCPU `id`, in the state of a CPU after reset, and maps its kvm_run.
// Source: KVM API, "KVM_CREATE_VCPU", "KVM_GET_VCPU_MMAP_SIZE".
void vcpu_create(struct vcpu *vcpu, int kvm_fd, int vm_fd, unsigned id);

// Gives the vCPU every CPUID leaf that this KVM supports on this machine, with the APIC id of this
// vCPU in its place and the bits that say what KVM adds: call it after KVM_CREATE_IRQCHIP. Source:
// KVM API, "KVM_GET_SUPPORTED_CPUID", "KVM_SET_CPUID2".
void vcpu_set_cpuid(struct vcpu *vcpu, int kvm_fd);

// Runs the guest until its next exit. True: look at vcpu->run->exit_reason. False: a signal came
// first (EINTR), or KVM asks to try again (EAGAIN); neither is an error. Source: KVM API,
// "KVM_RUN".
bool vcpu_enter(struct vcpu *vcpu);

// A CPU that halts with interrupts off never wakes: the way in which most boot sectors end. Nor
// does one that hasn't been started, unless another CPU starts it. KVM keeps a halted vCPU to
// itself, if its interrupt controllers are there, so one has to ask. Source: KVM API,
// "KVM_GET_MP_STATE".
bool vcpu_is_halted(const struct vcpu *vcpu);

#endif
