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
#include "common/kvm/exits/exit.h"
#include "common/kvm/kvm.h"
#include "rom_bin.h"

#define MEMORY_SIZE   4096  // bytes at guest-physical 0: the ROM, and nothing else
#define PORT_TRANSMIT 0x01  // what the guest writes here appears on standard output

#define CR0_PE 1  // protected mode

struct vm {
    int kvm_fd;  // /dev/kvm: what the host offers
    int vm_fd;   // the machine

    int vcpu_fd;          // its CPU
    struct kvm_run *run;  // where KVM tells why the guest stopped
    uint8_t *memory;      // the guest's memory, as this process sees it

    bool trace;             // a line for each exit
    enum vm_status status;  // how it ended
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
        exit(VM_REFUSED);
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
        exit(VM_REFUSED);
    }

    KVM(vm->vcpu_fd, KVM_GET_SREGS, &sregs);
    sregs.cs.selector = 0;
    sregs.cs.base = 0;
    KVM(vm->vcpu_fd, KVM_SET_SREGS, &sregs);

    KVM(vm->vcpu_fd, KVM_GET_REGS, &regs);
    regs.rip = 0;
    KVM(vm->vcpu_fd, KVM_SET_REGS, &regs);
}

// The guest is done, and `status` says how.
static enum resume vm_stop(struct vm *vm, enum vm_status status)
{
    vm->status = status;
    return RESUME_STOP;
}

// The registers that a 16-bit program uses, and the bytes that it was about to run. On AMD the
// state of the guest is undefined after a triple fault, so KVM puts the vCPU back to where a reset
// leaves it. Source: AMD APM Vol. 2, "Shutdown Intercept".
static void report_registers(struct vm *vm)
{
    struct kvm_sregs s;
    struct kvm_regs r;
    uint64_t code;

    KVM(vm->vcpu_fd, KVM_GET_SREGS, &s);
    KVM(vm->vcpu_fd, KVM_GET_REGS, &r);
    code = s.cs.base + r.rip;
    if (vm->run->exit_reason == KVM_EXIT_SHUTDOWN && r.rip == 0xFFF0)
        fputs("  the registers are those after a reset: AMD loses the guest's, and KVM resets it\n",
              stderr);
    fprintf(stderr, "  rip %016llx rflags %016llx\n", r.rip, r.rflags);
    fprintf(stderr, "  rax %016llx rbx %016llx rcx %016llx rdx %016llx\n", r.rax, r.rbx, r.rcx,
            r.rdx);
    fprintf(stderr, "  rsi %016llx rdi %016llx rbp %016llx rsp %016llx\n", r.rsi, r.rdi, r.rbp,
            r.rsp);
    fprintf(stderr, "  cs  %04x base %016llx limit %08x type %x dpl %u\n", s.cs.selector, s.cs.base,
            s.cs.limit, s.cs.type, s.cs.dpl);
    fprintf(stderr, "  ds  %04x es %04x ss %04x\n", s.ds.selector, s.es.selector, s.ss.selector);
    fprintf(stderr, "  cr0 %llx efer %llx: %s\n", s.cr0, s.efer,
            s.cs.l           ? "64-bit mode"
            : s.cr0 & CR0_PE ? "protected mode"
                             : "real mode");
    fprintf(stderr, "  code at linear %llx:", (unsigned long long)code);
    if (code >= MEMORY_SIZE)
        fputs(" no memory there", stderr);
    for (unsigned i = 0; i < 16 && code + i < MEMORY_SIZE; i++)
        fprintf(stderr, " %02x", vm->memory[code + i]);
    fputc('\n', stderr);
}

// Nobody knows what the guest wants: say what we know, and stop.
static enum resume crashed(struct vm *vm)
{
    exit_explain(stderr, vm->run);
    report_registers(vm);
    return vm_stop(vm, VM_CRASHED);
}

// The guest wrote to the transmit port: `count` bytes. KVM hands over those of a `rep outsb` one by
// one, but it need not.
static enum resume transmit(struct vm *vm)
{
    const uint8_t *data = (const uint8_t *)vm->run + vm->run->io.data_offset;

    if (vm->run->io.direction != KVM_EXIT_IO_OUT || vm->run->io.port != PORT_TRANSMIT ||
        vm->run->io.size != 1)
        return crashed(vm);
    if (fwrite(data, 1, vm->run->io.count, stdout) != vm->run->io.count) {
        perror("standard output");
        exit(VM_BAD_USAGE);
    }
    return RESUME_NEXT;
}

// The guest has come out. Why, and what happens next?
static enum resume vcpu_exit(struct vm *vm)
{
    struct kvm_run *run = vm->run;

    if (vm->trace)
        exit_trace(stderr, run);
    switch (run->exit_reason) {
    case KVM_EXIT_IO: return transmit(vm);
    case KVM_EXIT_HLT: return vm_stop(vm, VM_POWERED_OFF);
    default: return crashed(vm);
    }
}

// Into the guest. True: it came out again, for a reason. False: a signal came first.
static bool vcpu_enter(struct vm *vm)
{
    if (ioctl(vm->vcpu_fd, KVM_RUN, 0) == 0)
        return true;
    if (errno == EINTR || errno == EAGAIN)
        return false;
    perror("KVM_RUN");
    exit(VM_REFUSED);
}

// Into the guest, out again, and a look at the reason: the loop that every VMM consists of.
static enum vm_status vcpu_run(struct vm *vm)
{
    enum resume resume = RESUME_RETRY;

    setvbuf(stdout, NULL, _IONBF, 0);  // each character leaves at once, whatever happens next
    vm->trace = getenv("TRACE") && strcmp(getenv("TRACE"), "1") == 0;
    while (resume != RESUME_STOP)
        resume = vcpu_enter(vm) ? vcpu_exit(vm) : RESUME_RETRY;
    return vm->status;
}
