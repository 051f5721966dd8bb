// 03_linux_boot: a PC without firmware. The Linux kernel of a distribution is put into RAM by us,
// in place of a boot loader, with all that it wants to be told, and starts in 64-bit mode. It runs
// until it resets the machine.
//
// usage: ./vm --kernel FILE [OPTION]... (see options.c)

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/host/signals.h"
#include "common/kvm/chips.h"
#include "common/kvm/exits/exit.h"
#include "common/kvm/exits/io.h"
#include "common/kvm/exits/report.h"
#include "common/kvm/exits/stats.h"
#include "common/kvm/kvm.h"
#include "common/kvm/long_mode.h"
#include "common/kvm/memory.h"
#include "common/kvm/rtc.h"
#include "common/kvm/vcpu.h"
#include "common/pc/cmos.h"
#include "common/pc/keyboard.h"
#include "options.h"
#include "serial.h"

#define PORT_RANGES 16

struct vm {
    int kvm_fd;  // /dev/kvm: what the host offers
    int vm_fd;   // the machine
    struct memory memory;
    struct guest_ram ram;        // the same, as the loader sees it
    struct linux_loaded kernel;  // where the loader put things
    struct vcpu vcpu;

    struct keyboard keyboard;
    struct serial serial;

    struct port_range ports[PORT_RANGES];
    size_t port_count;

    struct stats stats;
    bool reset;             // the guest asked for one
    bool trace;             // a line for each exit
    enum vm_status status;  // how it ended
};

static void vm_create(struct vm *vm);
static void vm_load(struct vm *vm, struct options *options);
static void vm_connect(struct vm *vm, const struct options *options);
static void cpu_create(struct vm *vm);
static enum vm_status vcpu_run(struct vm *vm);
static void vm_report(const struct vm *vm, const struct options *options);

int main(int argc, char **argv)
{
    struct options options = options_parse(argc, argv);
    struct vm vm = {0};
    enum vm_status status;

    vm_create(&vm);             // 1. an empty machine, with interrupt controllers and a timer
    vm_load(&vm, &options);     // 2. with RAM, and in it a kernel and what it has to know
    vm_connect(&vm, &options);  // 3. and devices behind ports
    cpu_create(&vm);            // 4. and a CPU at the kernel's entry point
    status = vcpu_run(&vm);     // 5. until the guest is done
    vm_report(&vm, &options);   // 6. what did it cost?
    return status;
}

// A machine without memory and without CPU. It lives as long as its descriptor is open.
// Its interrupt controllers and its timer are KVM's.
static void vm_create(struct vm *vm)
{
    stats_start(&vm->stats);
    vm->kvm_fd = kvm_open();
    vm->vm_fd = KVM(vm->kvm_fd, KVM_CREATE_VM, 0);
    chips_create(vm->vm_fd);
}

// RAM, and in it what a boot loader would have left there.
static void vm_load(struct vm *vm, struct options *options)
{
    vm->memory.vm_fd = vm->vm_fd;
    memory_add_ram(&vm->memory, options->memory);
    vm->ram = memory_ram(&vm->memory, options->memory);
    vm->kernel = kernel_load(&options->kernel, &vm->ram);
}

// Who answers which port. All others read as ones, like the empty bus of a PC: that is how Linux
// finds out that there is no PCI, no keyboard and no second serial port. The CMOS has to be there:
// an empty bus looks like a clock that is always busy, and Linux waits seconds for it.
static void vm_connect(struct vm *vm, const struct options *options)
{
    struct rtc *rtc = rtc_create(vm->vm_fd, vm->ram.low, vm->ram.high);
    const struct port_range map[] = {
        {SERIAL_FIRST, SERIAL_LAST, "serial port", serial_in, serial_out, &vm->serial},
        {CMOS_PORT_INDEX, CMOS_PORT_DATA, "CMOS", rtc_in, rtc_out, rtc},
        {KEYBOARD_DATA, KEYBOARD_COMMAND, "keyboard", keyboard_in, keyboard_out, &vm->keyboard},
    };

    memcpy(vm->ports, map, sizeof(map));
    vm->port_count = sizeof(map) / sizeof(map[0]);

    keyboard_reset(&vm->keyboard, &vm->reset);
    vm->serial.output = (struct output){.fd = STDOUT_FILENO, .until = options->until};
    vm->serial.output.holds = true;
}

// After a reset a CPU is in real mode, and a boot loader takes it from there to 64-bit mode step by
// step. KVM lets us write the result down.
static void cpu_create(struct vm *vm)
{
    vcpu_create(&vm->vcpu, vm->kvm_fd, vm->vm_fd, 0);
    vcpu_set_cpuid(&vm->vcpu, vm->kvm_fd);
    vcpu_set_fast_strings(&vm->vcpu);
    vcpu_set_long_mode(&vm->vcpu, &vm->ram, vm->kernel.entry, vm->kernel.boot_params);
}

// The guest is done, and `status` says how.
static enum resume vm_stop(struct vm *vm, enum vm_status status)
{
    vm->status = status;
    return RESUME_STOP;
}

// Nobody knows what the guest wants: say what we know, and stop.
static enum resume crashed(struct vm *vm, struct vcpu *vcpu)
{
    output_flush(&vm->serial.output);
    exit_report(stderr, vcpu->fd, vcpu->run, &vm->memory);
    return vm_stop(vm, VM_CRASHED);
}

// A device does what the guest wants at its port. Some raise a flag by it.
static enum resume port_access(struct vm *vm, struct vcpu *vcpu)
{
    exit_io(vcpu->run, vm->ports, vm->port_count);
    if (vm->serial.output.found)
        stats_ready(&vm->stats);
    if (vm->reset)
        return vm_stop(vm, VM_RESET);
    if (vm->serial.output.found)
        return vm_stop(vm, VM_POWERED_OFF);
    return RESUME_NEXT;
}

// The guest has come out. Why, and what happens next?
static enum resume vcpu_exit(struct vm *vm, struct vcpu *vcpu)
{
    struct kvm_run *run = vcpu->run;

    stats_count(&vm->stats, run, vm->ports, vm->port_count);
    if (vm->trace)
        exit_trace(stderr, run);
    switch (run->exit_reason) {
    case KVM_EXIT_IO: return port_access(vm, vcpu);
    case KVM_EXIT_MMIO: return exit_mmio_unclaimed(run);
    default: return crashed(vm, vcpu);
    }
}

// No exit, a signal: Ctrl-C and the like end the program here. What is held of a line has waited
// for its end long enough.
static enum resume vcpu_interrupted(struct vm *vm)
{
    output_flush(&vm->serial.output);
    signals_check();
    return vcpu_is_halted(&vm->vcpu) ? vm_stop(vm, VM_POWERED_OFF) : RESUME_RETRY;
}

// Into the guest, out again, and a look at the reason: the loop that every VMM consists of.
static enum vm_status vcpu_run(struct vm *vm)
{
    enum resume resume = RESUME_RETRY;

    signals_start();
    vm->trace = getenv("TRACE") && strcmp(getenv("TRACE"), "1") == 0;
    while (resume != RESUME_STOP)
        resume = vcpu_enter(&vm->vcpu) ? vcpu_exit(vm, &vm->vcpu) : vcpu_interrupted(vm);
    output_flush(&vm->serial.output);
    return vm->status;
}

// Why did the guest come out, and how often?
static void vm_report(const struct vm *vm, const struct options *options)
{
    if (options->stats)
        stats_print_table(stderr, &vm->stats, vm->ports, vm->port_count);
    stats_print_line(stderr, &vm->stats, vm->ports, vm->port_count);
}
