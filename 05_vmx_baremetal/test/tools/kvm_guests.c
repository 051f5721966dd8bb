// Runs guests of the suite (test/guest/*.asm) under KVM, with the ports that test/suite/devices.c
// gives them, and says in a line for each how it ended and what it told. differences.txt has the
// same lines.
//
// usage: kvm_guests STATE:GUEST.bin...   STATE: long, pae, protected, or real: what it starts in;
//        timer: real mode at 1000h, in a machine with interrupt controllers and a timer

#include <errno.h>
#include <libgen.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/host/file.h"
#include "common/kvm/exits/io.h"
#include "common/kvm/kvm.h"
#include "common/kvm/memory.h"
#include "common/kvm/vcpu.h"

#define RAM         MIB(4)
#define PML4        0x1000  // or the PDPTEs
#define TIMER_START 0x1000
#define SECONDS     60  // that a guest may take
#define TOLD_MAX    1024
#define ECHO_MAX    64
#define CODE_TYPE   0xB
#define DATA_TYPE   0x3

#define PORT_RESULT 0xE0
#define PORT_EXIT   0xE4
#define PORT_TELL   0xE8
#define PORT_ECHO   0xEC
#define PORT_BUTTON 0xF0
#define PORT_RESET  0x92
#define EXIT_VALUE  0xAABBCCDD

static struct {
    int kvm_fd;
    struct memory memory;
    struct vcpu vcpu;
    uint32_t result;
    uint32_t told[TOLD_MAX];
    unsigned told_count;
    uint32_t echo[ECHO_MAX];
    unsigned echo_first, echo_count;
    bool ended;
} vm = {.result = 0xFFFFFFFF};

static void result_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    vm.result = value;
}

static uint32_t exit_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)port, (void)size;
    return EXIT_VALUE;
}

static void tell_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    if (vm.told_count < TOLD_MAX)
        vm.told[vm.told_count++] = value;
}

static uint32_t echo_in(void *device, uint16_t port, unsigned size)
{
    uint32_t value = vm.echo[vm.echo_first];

    (void)device, (void)port, (void)size;
    if (!vm.echo_count)
        return 0;
    vm.echo_first = (vm.echo_first + 1) % ECHO_MAX;
    vm.echo_count--;
    return value;
}

static void echo_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size;
    if (vm.echo_count < ECHO_MAX)
        vm.echo[(vm.echo_first + vm.echo_count++) % ECHO_MAX] = value;
}

static void button_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size, (void)value;
    KVM(vm.vcpu.fd, KVM_NMI, 0);
}

// The end: with interrupt controllers in KVM, HLT is no exit.
static void reset_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    (void)device, (void)port, (void)size, (void)value;
    vm.ended = true;
}

static const struct port_range ports[] = {
    {PORT_RESULT, PORT_RESULT + 3, "result", NULL, result_out, NULL, .width = 4},
    {PORT_EXIT, PORT_EXIT + 3, "exit", exit_in, NULL, NULL, .width = 4},
    {PORT_TELL, PORT_TELL + 3, "tell", NULL, tell_out, NULL, .width = 4},
    {PORT_ECHO, PORT_ECHO + 3, "echo", echo_in, echo_out, NULL, .width = 4},
    {PORT_BUTTON, PORT_BUTTON, "NMI button", NULL, button_out, NULL},
    {PORT_RESET, PORT_RESET, "reset", NULL, reset_out, NULL},
};

static struct kvm_segment segment(uint16_t selector, uint8_t type, bool wide)
{
    return (struct kvm_segment){
        .limit = 0xFFFFFFFF,
        .selector = selector,
        .type = type,
        .present = 1,
        .s = 1,
        .g = 1,
        .l = wide,
        .db = !wide,
    };
}

// The states of the suite's guest_state_real(), and so on.
static void vcpu_start(const char *state)
{
    bool wide = strcmp(state, "long") == 0, paging = wide || strcmp(state, "pae") == 0;
    struct kvm_regs regs = {.rflags = 2};
    struct kvm_sregs sregs;

    KVM(vm.vcpu.fd, KVM_GET_SREGS, &sregs);
    if (paging || strcmp(state, "protected") == 0) {
        sregs.cs = segment(0x10, CODE_TYPE, wide);
        sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = segment(0x18, DATA_TYPE, false);
        sregs.cr0 = 1u << 4 | 1u << 0;  // ET, PE
        regs.rsp = paging ? 0 : RAM;
    } else {
        sregs.cs.selector = 0;
        sregs.cs.base = 0;
        regs.rip = strcmp(state, "timer") == 0 ? TIMER_START : 0;
    }
    if (paging) {
        sregs.cr0 |= 1u << 31;  // PG
        sregs.cr3 = PML4;
        sregs.cr4 = 1u << 5;  // PAE
    }
    if (wide)
        sregs.efer = 1u << 10 | 1u << 8;  // LMA, LME
    KVM(vm.vcpu.fd, KVM_SET_SREGS, &sregs);
    KVM(vm.vcpu.fd, KVM_SET_REGS, &regs);
}

static void vm_create(const char *state, const struct file *guest)
{
    bool timer = strcmp(state, "timer") == 0;
    struct kvm_pit_config pit = {0};

    vm.kvm_fd = kvm_open();
    vm.memory.vm_fd = KVM(vm.kvm_fd, KVM_CREATE_VM, 0);
    if (timer) {
        KVM(vm.memory.vm_fd, KVM_CREATE_IRQCHIP, 0);
        KVM(vm.memory.vm_fd, KVM_CREATE_PIT2, &pit);
    }
    memory_add_ram(&vm.memory, RAM);
    memcpy(memory_at(&vm.memory, timer ? TIMER_START : 0, guest->size), guest->data, guest->size);

    vcpu_create(&vm.vcpu, vm.kvm_fd, vm.memory.vm_fd, 0);
    vcpu_set_cpuid(&vm.vcpu, vm.kvm_fd);
    vcpu_start(state);
}

// How it ended, in words.
static const char *vm_run(void)
{
    struct kvm_run *run = vm.vcpu.run;

    while (!vm.ended) {
        if (!vcpu_enter(&vm.vcpu))
            continue;
        switch (run->exit_reason) {
        case KVM_EXIT_IO: exit_io(run, ports, sizeof(ports) / sizeof(ports[0])); break;
        case KVM_EXIT_HLT: return "halts";
        case KVM_EXIT_SHUTDOWN: return "crashes";
        case KVM_EXIT_MMIO: exit_mmio_unclaimed(run); break;
        case KVM_EXIT_INTERNAL_ERROR: return "KVM gives up";
        default: return "ends otherwise";
        }
    }
    return "halts";
}

// Numbers that follow one another as a range.
static void print_told(void)
{
    for (unsigned i = 0; i < vm.told_count; i++) {
        unsigned first = i;

        while (i + 1 < vm.told_count && vm.told[i + 1] == vm.told[i] + 1)
            i++;
        printf(first == i ? " %x" : " %x-%x", vm.told[first], vm.told[i]);
    }
    printf("%s\n", vm.told_count ? "" : " nothing");
}

// Each guest has a process of its own: one that never ends is killed by its alarm.
static bool run_guest(const char *state, const char *path)
{
    const struct file guest = file_read(path, "a guest", 1, RAM);
    char name[256];
    int status;
    pid_t child;

    snprintf(name, sizeof(name), "%s", path);
    *strrchr(name, '.') = 0;
    fflush(stdout);
    child = fork();
    if (child < 0) {
        perror("fork");
        exit(VM_REFUSED);
    }
    if (child == 0) {
        const char *end;

        alarm(SECONDS);
        vm_create(state, &guest);
        end = vm_run();
        printf("%s: %s, result %d, tells", basename(name), end, (int)vm.result);
        print_told();
        exit(0);
    }
    waitpid(child, &status, 0);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGALRM) {
        printf("%s: never ends\n", basename(name));
        return true;
    }
    return status == 0;
}

int main(int argc, char **argv)
{
    bool fine = argc > 1;

    for (int i = 1; i < argc; i++) {
        char *colon = strchr(argv[i], ':');

        if (!colon || !strchr(colon, '.'))
            bad_usage("%s: expected STATE:GUEST.bin", argv[i]);
        *colon = 0;
        fine &= run_guest(argv[i], colon + 1);
    }
    return fine ? 0 : VM_REFUSED;
}
