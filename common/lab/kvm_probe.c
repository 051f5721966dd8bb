// What stands behind /dev/kvm? Prints one line for common/lab/doctor, the first of these that is
// true, each a word and its detail:
//
//   open EACCES       the device could not be opened: EACCES, ENOENT, EBUSY ...
//   api ENOTTY        it opens, but is not a KVM device
//   version 11        it speaks another version of the KVM API
//   create EBUSY      KVM makes no virtual machine
//   run 17            the guest stopped with this exit reason, or an errno name
//   speed 512000000   all is well; so many guest instructions a second
//
// Needs a C compiler and nothing else, because the doctor comes before nasm, xxd and make do.

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>

#define GUEST_SIZE  4096    // bytes, one page
#define MEASURE_US  100000  // how long the guest runs
#define LOOP_LENGTH 2       // instructions in a turn of its loop
#define NANO        1000000000ull

// The guest counts in EAX until it's interrupted. 16-bit code in bytes: see above.
static const uint8_t guest[] = {0x66, 0x40, 0xEB, 0xFC};  // again: inc eax; jmp again

static struct kvm_run *run;

__attribute__((noreturn)) static void answer(const char *word, const char *detail)
{
    printf("%s %s\n", word, detail);
    exit(EXIT_SUCCESS);
}

// Answers with the name of the errno of a failed call; one without a mend of its own by its text.
__attribute__((noreturn)) static void answer_errno(const char *word)
{
    static const struct {
        int number;
        const char *name;
    } names[] = {
        {EACCES, "EACCES"}, {EPERM, "EPERM"}, {ENOENT, "ENOENT"}, {ENODEV, "ENODEV"},
        {ENXIO, "ENXIO"},   {EBUSY, "EBUSY"}, {ENOTTY, "ENOTTY"},
    };

    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        if (names[i].number == errno)
            answer(word, names[i].name);
    answer(word, strerror(errno));
}

static int check(const char *word, int result)
{
    if (result < 0)
        answer_errno(word);
    return result;
}

static void *map(size_t size, int flags, int fd)
{
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, fd, 0);

    if (memory == MAP_FAILED)
        answer_errno("create");
    return memory;
}

// A VM of one page with the loop at address 0, and a vCPU in real mode that points at it.
static int machine_create(int kvm)
{
    int vm = check("create", ioctl(kvm, KVM_CREATE_VM, 0));
    int vcpu = check("create", ioctl(vm, KVM_CREATE_VCPU, 0));
    int run_size = check("create", ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
    uint8_t *memory = map(GUEST_SIZE, MAP_PRIVATE | MAP_ANONYMOUS, -1);
    struct kvm_userspace_memory_region slot = {.memory_size = GUEST_SIZE};
    struct kvm_regs regs = {.rflags = 2};  // rip and rax are 0
    struct kvm_sregs sregs;

    memcpy(memory, guest, sizeof(guest));
    slot.userspace_addr = (uintptr_t)memory;
    check("create", ioctl(vm, KVM_SET_USER_MEMORY_REGION, &slot));
    check("create", ioctl(vcpu, KVM_GET_SREGS, &sregs));
    sregs.cs.base = 0;
    sregs.cs.selector = 0;
    check("create", ioctl(vcpu, KVM_SET_SREGS, &sregs));
    check("create", ioctl(vcpu, KVM_SET_REGS, &regs));
    run = map((size_t)run_size, MAP_SHARED, vcpu);
    return vcpu;
}

// Time is up. A signal alone would be lost if it came before KVM_RUN; this flag isn't.
static void on_alarm(int signal)
{
    (void)signal;
    run->immediate_exit = 1;
}

// The thread's CPU time in ns, which includes the guest's: another's load doesn't count.
static uint64_t cpu_time(void)
{
    struct timespec now;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (uint64_t)now.tv_sec * NANO + (uint64_t)now.tv_nsec;
}

// Runs the guest for MEASURE_US and answers with its speed.
__attribute__((noreturn)) static void machine_time(int vcpu)
{
    struct sigaction alarm_action = {.sa_handler = on_alarm};
    struct itimerval timer = {.it_value.tv_usec = MEASURE_US};
    struct kvm_regs regs;
    uint64_t start, spent;
    char detail[32];

    sigaction(SIGALRM, &alarm_action, NULL);
    start = cpu_time();
    setitimer(ITIMER_REAL, &timer, NULL);
    while (ioctl(vcpu, KVM_RUN, 0) < 0 && !run->immediate_exit)
        if (errno != EINTR && errno != EAGAIN)
            answer_errno("run");
    spent = cpu_time() - start;
    if (!run->immediate_exit) {
        snprintf(detail, sizeof(detail), "%u", run->exit_reason);
        answer("run", detail);
    }
    check("run", ioctl(vcpu, KVM_GET_REGS, &regs));
    snprintf(detail, sizeof(detail), "%llu",
             (unsigned long long)(regs.rax * LOOP_LENGTH * NANO / (spent ? spent : 1)));
    answer("speed", detail);
}

int main(void)
{
    const char *path = getenv("KVM_DEVICE") ? getenv("KVM_DEVICE") : "/dev/kvm";
    int kvm = check("open", open(path, O_RDWR | O_CLOEXEC));
    int version = check("api", ioctl(kvm, KVM_GET_API_VERSION, 0));
    char detail[32];

    if (version != KVM_API_VERSION) {
        snprintf(detail, sizeof(detail), "%d", version);
        answer("version", detail);
    }
    machine_time(machine_create(kvm));
}
