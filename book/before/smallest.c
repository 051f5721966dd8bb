// The smallest virtual machine: all that stage 01 does, on one page, without its functions and its
// error messages. Its statuses are theirs: 2 bad usage, 4 the guest crashed, 5 KVM refused.
//
// usage: smallest ROM

#include <err.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define MEMORY_SIZE 4096

int main(int argc, char **argv)
{
    struct kvm_userspace_memory_region slot = {.memory_size = MEMORY_SIZE};
    struct kvm_sregs sregs;
    struct kvm_regs regs = {.rip = 0, .rflags = 2};  // bit 1 is always set
    int kvm = open("/dev/kvm", O_RDWR), rom = open(argc == 2 ? argv[1] : "", O_RDONLY);
    int vm, cpu;
    struct kvm_run *run;
    void *memory;

    if (rom < 0)
        err(2, "usage: smallest ROM");
    if (kvm < 0)
        err(5, "/dev/kvm");

    // A machine.
    vm = ioctl(kvm, KVM_CREATE_VM, 0);

    // Its memory: a page of ours, with the program at its beginning.
    memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (read(rom, memory, MEMORY_SIZE) < 0)
        err(2, "%s", argv[1]);
    slot.userspace_addr = (uintptr_t)memory;
    ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot);

    // Its CPU, which shall start at address 0.
    cpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    run = mmap(NULL, (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE,
               MAP_SHARED, cpu, 0);
    ioctl(cpu, KVM_GET_SREGS, &sregs);
    sregs.cs.selector = 0;
    sregs.cs.base = 0;
    ioctl(cpu, KVM_SET_SREGS, &sregs);
    ioctl(cpu, KVM_SET_REGS, &regs);

    // It runs, and comes out each time that it wants something.
    while (ioctl(cpu, KVM_RUN, 0) == 0) {
        switch (run->exit_reason) {
        case KVM_EXIT_IO:
            fwrite((char *)run + run->io.data_offset, run->io.size, run->io.count, stdout);
            break;
        case KVM_EXIT_HLT: return 0;
        default: errx(4, "exit %u: see KVM_EXIT_ in linux/kvm.h", run->exit_reason);
        }
    }
    err(5, "KVM_RUN");
}
