// Linked into a stage's program with -Wl,--wrap=ioctl, so that its own code stays as it is: prints
// a line on standard error for each time that KVM_RUN has returned, with the guest's registers.
// Source: KVM API, "The kvm_run structure".

#include <linux/kvm.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);

// `reason what data`, where what is "in 0x3fd", "out 0x3f8", "read 0x...", "write 0x..." or "-".
static void print_exit(const struct kvm_run *run)
{
    uint64_t data = 0;

    if (run->exit_reason == KVM_EXIT_IO) {
        const uint8_t *bytes = (const uint8_t *)run + run->io.data_offset;

        for (unsigned i = 0; run->io.direction == KVM_EXIT_IO_OUT && i < run->io.size; i++)
            data |= (uint64_t)bytes[i] << 8 * i;
        fprintf(stderr, "exit %u %s 0x%x %llx", run->exit_reason,
                run->io.direction == KVM_EXIT_IO_OUT ? "out" : "in", run->io.port,
                (unsigned long long)data);
    } else if (run->exit_reason == KVM_EXIT_MMIO) {
        fprintf(stderr, "exit %u %s 0x%llx 0", run->exit_reason,
                run->mmio.is_write ? "write" : "read", (unsigned long long)run->mmio.phys_addr);
    } else {
        fprintf(stderr, "exit %u - - 0", run->exit_reason);
    }
}

// The program has mapped this page already; here it is once more.
static const struct kvm_run *run_of(int fd)
{
    static const struct kvm_run *run;
    static int of = -1;

    if (of != fd) {
        run = mmap(NULL, 8192, PROT_READ, MAP_SHARED, fd, 0);
        of = fd;
    }
    return run == MAP_FAILED ? NULL : run;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
    const struct kvm_run *run;
    struct kvm_regs r;
    struct kvm_sregs s;
    va_list args;
    void *argument;
    int result;

    va_start(args, request);
    argument = va_arg(args, void *);
    va_end(args);
    result = __real_ioctl(fd, request, argument);
    if (request != KVM_RUN || result < 0 || !(run = run_of(fd)))
        return result;
    __real_ioctl(fd, KVM_GET_REGS, &r);
    __real_ioctl(fd, KVM_GET_SREGS, &s);
    print_exit(run);
    fprintf(stderr, " cs=%x", s.cs.selector);
#define PRINT(name, value) fprintf(stderr, " " name "=%llx", (unsigned long long)(value))
    PRINT("rip", r.rip), PRINT("rax", r.rax), PRINT("rbx", r.rbx), PRINT("rcx", r.rcx),
        PRINT("rdx", r.rdx);
    PRINT("rsi", r.rsi), PRINT("rdi", r.rdi), PRINT("rsp", r.rsp), PRINT("rbp", r.rbp),
        PRINT("rflags", r.rflags);
    PRINT("cr0", s.cr0), PRINT("cr3", s.cr3), PRINT("efer", s.efer);
    fprintf(stderr, "\n");
    return result;
}
