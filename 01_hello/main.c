// 01_hello: the smallest virtual machine. One memory slot with a ROM in it, one CPU, and a loop
// that asks why the guest stopped running: it wants to print a character, or it is done.
//
// usage: ./vm [ROM]

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#include "common/host/file.h"
#include "common/kvm/exit.h"
#include "common/kvm/kvm.h"
#include "rom_bin.h"

#define MEMORY_SIZE   4096  // bytes at guest-physical 0: the ROM, and nothing else
#define PORT_TRANSMIT 0x01  // what the guest writes here appears on standard output

struct vm {
    int kvm_fd;           // /dev/kvm: what the host offers
    int vm_fd;            // the machine
    int vcpu_fd;          // its CPU
    struct kvm_run *run;  // where KVM tells why the guest stopped
    uint8_t *memory;      // the guest's memory, as this process sees it
};

static struct file rom_read(int argc, char **argv);
static void vm_create(struct vm *vm);
static void vm_load(struct vm *vm, struct file rom);
static void vcpu_create(struct vm *vm);
static enum vm_status vcpu_run(struct vm *vm);

int main(int argc, char **argv)
{
    struct file rom = rom_read(argc, argv);
    struct vm vm = {0};

    vm_create(&vm);        // 1. an empty machine
    vm_load(&vm, rom);     // 2. with memory, and a program in it
    vcpu_create(&vm);      // 3. and a CPU that points at the program
    return vcpu_run(&vm);  // 4. until it halts
}

// The built-in ROM, or the file on the command line.
static struct file rom_read(int argc, char **argv)
{
    if (argc > 2 || (argc == 2 && argv[1][0] == '-'))
        bad_usage("usage: %s [ROM]", argv[0]);
    if (argc == 2)
        return file_read(argv[1], "a flat ROM", 1, MEMORY_SIZE);
    return (struct file){.path = "rom.asm", .data = rom_bin, .size = rom_bin_len};
}

// A machine without memory and without CPU. It lives as long as its descriptor is open.
static void vm_create(struct vm *vm)
{
    vm->kvm_fd = kvm_open();
    vm->vm_fd = KVM(vm->kvm_fd, KVM_CREATE_VM, 0);
}

// Memory is a page of ours that the guest finds at its address 0.
static void vm_load(struct vm *vm, struct file rom)
{
    struct kvm_userspace_memory_region slot = {
        .slot = 0,
        .guest_phys_addr = 0,
        .memory_size = MEMORY_SIZE,
    };

    vm->memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    if (vm->memory == MAP_FAILED) {
        perror("guest memory");
        exit(VM_KVM_REFUSED);
    }
    memcpy(vm->memory, rom.data, rom.size);

    slot.userspace_addr = (uintptr_t)vm->memory;
    KVM(vm->vm_fd, KVM_SET_USER_MEMORY_REGION, &slot);
}

// A CPU, and the two registers that say where it begins. After a reset CS:IP is F000:FFF0, with a
// base that puts it just below 4 GiB; our ROM is at 0 instead. All else can stay as reset leaves
// it.
static void vcpu_create(struct vm *vm)
{
    struct kvm_sregs sregs;
    struct kvm_regs regs;
    size_t run_size;

    vm->vcpu_fd = KVM(vm->vm_fd, KVM_CREATE_VCPU, 0);

    run_size = (size_t)KVM(vm->kvm_fd, KVM_GET_VCPU_MMAP_SIZE, 0);
    vm->run = mmap(NULL, run_size, PROT_READ | PROT_WRITE, MAP_SHARED, vm->vcpu_fd, 0);
    if (vm->run == MAP_FAILED) {
        perror("kvm_run");
        exit(VM_KVM_REFUSED);
    }

    KVM(vm->vcpu_fd, KVM_GET_SREGS, &sregs);
    sregs.cs.selector = 0;
    sregs.cs.base = 0;
    KVM(vm->vcpu_fd, KVM_SET_SREGS, &sregs);

    KVM(vm->vcpu_fd, KVM_GET_REGS, &regs);
    regs.rip = 0;
    KVM(vm->vcpu_fd, KVM_SET_REGS, &regs);
}

// The guest wrote to the transmit port: `count` bytes. KVM hands over those of a `rep outsb` one by
// one, but it need not.
static bool transmit(struct vm *vm)
{
    const uint8_t *data = (const uint8_t *)vm->run + vm->run->io.data_offset;

    if (vm->run->io.direction != KVM_EXIT_IO_OUT || vm->run->io.port != PORT_TRANSMIT ||
        vm->run->io.size != 1)
        return false;
    if (fwrite(data, 1, vm->run->io.count, stdout) != vm->run->io.count) {
        perror("standard output");
        exit(VM_BAD_USAGE);
    }
    return true;
}

// Nobody knows what the guest wants: say what we know, and stop.
static enum vm_status crashed(struct vm *vm)
{
    const struct memory memory = {
        .count = 1,
        .slots = {{.name = "ROM", .gpa = 0, .size = MEMORY_SIZE, .host = vm->memory}},
    };

    exit_report(stderr, vm->vcpu_fd, vm->run, &memory);
    return VM_CRASHED;
}

// Into the guest, out again, and a look at the reason: the loop that every VMM consists of.
static enum vm_status vcpu_run(struct vm *vm)
{
    bool trace = getenv("TRACE") && strcmp(getenv("TRACE"), "1") == 0;

    setvbuf(stdout, NULL, _IONBF, 0);  // each character leaves at once, whatever happens next
    for (;;) {
        if (ioctl(vm->vcpu_fd, KVM_RUN, 0) < 0) {
            if (errno == EINTR || errno == EAGAIN)
                continue;  // a signal came first
            perror("KVM_RUN");
            return VM_KVM_REFUSED;
        }
        if (trace)
            exit_trace(stderr, vm->run);

        switch (vm->run->exit_reason) {
        case KVM_EXIT_IO:
            if (!transmit(vm))
                return crashed(vm);
            break;
        case KVM_EXIT_HLT: return VM_POWERED_OFF;
        default: return crashed(vm);
        }
    }
}
