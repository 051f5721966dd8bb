// 04_serial: a PC that you can work with. The machine of stage 03, whose serial port now listens as
// well: a Linux system with a login on your terminal, as many CPUs as you like, and a way to power
// it off.
//
// usage: ./vm --kernel FILE [OPTION]... (see options.c)

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/host/input.h"
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
#include "common/pc/acpi/acpi.h"
#include "common/pc/cmos.h"
#include "common/pc/keyboard.h"
#include "options.h"
#include "serial.h"
#include "smp/thread.h"
#include "smp/topology.h"
#include "virtio/devices.h"

#define PORT_RANGES 16

#define PASTE_PAUSE_US 1000     // see vm_listen()
#define LINE_HELD_NS   5000000  // see line_time()

struct vm {
    int kvm_fd;  // /dev/kvm: what the host offers
    int vm_fd;   // the machine
    struct memory memory;
    struct guest_ram ram;        // the same, as the loader sees it
    struct linux_loaded kernel;  // where the loader put things
    struct cpu cpus[ACPI_MAX_CPUS];
    unsigned cpu_count;
    struct devices *devices;  // have a lock of their own

    pthread_mutex_t lock;  // for everything from here on: see "Threads"
    struct keyboard keyboard;
    struct serial serial;
    struct acpi_pm1a power;
    struct input input;
    bool input_waits;  // for the guest to make room
    bool line_waits;   // for its end
    struct rounds rounds;

    struct port_range ports[PORT_RANGES];
    size_t port_count;

    struct stats stats;
    bool reset;             // the guest asked for one
    bool trace;             // a line for each exit
    bool done;              // nothing is left to do
    enum vm_status status;  // how it ended
};

static void vm_create(struct vm *vm);
static void vm_load(struct vm *vm, struct options *options);
static void vm_connect(struct vm *vm, const struct options *options);
static void cpus_create(struct vm *vm);
static enum vm_status vm_run(struct vm *vm);
static void vm_report(const struct vm *vm, const struct options *options);

int main(int argc, char **argv)
{
    struct options options = options_parse(argc, argv);
    struct vm vm = {.lock = PTHREAD_MUTEX_INITIALIZER};
    enum vm_status status;

    vm_create(&vm);             // 1. an empty machine, with interrupt controllers and a timer
    vm_load(&vm, &options);     // 2. with RAM, and in it a kernel and what it has to know
    vm_connect(&vm, &options);  // 3. and devices behind ports
    cpus_create(&vm);           // 4. and CPUs, the first of them at the kernel's entry point
    terminal_raw();             // 5. that has the terminal for itself
    status = vm_run(&vm);       // 6. until the guest is done
    vm_report(&vm, &options);   // 7. what did it cost?
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
// And what firmware would: ACPI tables.
static void vm_load(struct vm *vm, struct options *options)
{
    vm->cpu_count = options->cpus;
    vm->memory.vm_fd = vm->vm_fd;
    memory_add_ram(&vm->memory, options->memory);
    vm->ram = memory_ram(&vm->memory, options->memory);
    acpi_write_tables(memory_at(&vm->memory, ACPI_GPA, ACPI_SIZE), ACPI_GPA, vm->cpu_count,
                      devices_bus(&options->devices));
    options->kernel.boot.acpi_rsdp = ACPI_GPA;
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
        {ACPI_PM1A_STATUS, ACPI_PM1A_LAST, "power management", acpi_pm1a_in, acpi_pm1a_out,
         &vm->power, .width = 2},
    };

    memcpy(vm->ports, map, sizeof(map));
    vm->port_count = sizeof(map) / sizeof(map[0]);

    keyboard_reset(&vm->keyboard, &vm->reset);
    vm->serial.output = (struct output){.fd = STDOUT_FILENO, .until = options->until};
    vm->serial.output.holds = true;
    vm->serial.ready = (struct output){.fd = -1, .until = options->ready};
    vm->serial.vm_fd = vm->vm_fd;
    input_open(&vm->input);
    vm->devices = devices_connect(&options->devices, &vm->ram, vm->vm_fd);
    vm->port_count += devices_ports(vm->devices, &vm->ports[vm->port_count]);
}

// After a reset a CPU is in real mode, and a boot loader takes it from there to 64-bit mode step by
// step. KVM lets us write the result down.
// The other CPUs wait, in KVM, for the messages by which the kernel starts them: INIT and SIPI.
static void cpus_create(struct vm *vm)
{
    for (unsigned id = 0; id < vm->cpu_count; id++) {
        struct vcpu *vcpu = &vm->cpus[id].vcpu;

        vm->cpus[id].vm = vm;
        vcpu_create(vcpu, vm->kvm_fd, vm->vm_fd, id);
        vcpu_set_cpuid(vcpu, vm->kvm_fd);
        vcpu_set_topology(vcpu, vm->cpu_count);
        vcpu_set_fast_strings(vcpu);
    }
    vcpu_set_long_mode(&vm->cpus[0].vcpu, &vm->ram, vm->kernel.entry, vm->kernel.boot_params);
    coalesced_create(&vm->serial.sent, vm->kvm_fd, vm->vm_fd, &vm->cpus[0].vcpu, UART_COM1_PORT);
}

// The guest is done, and `status` says how.
// Or its user is. Everything stops, and the first reason counts.
static enum resume vm_stop(struct vm *vm, enum vm_status status)
{
    if (!vm->done)
        vm->status = status;
    vm->done = true;
    input_wake(&vm->input);
    return RESUME_STOP;
}

// Nobody knows what the guest wants: say what we know, and stop.
static enum resume crashed(struct vm *vm, struct vcpu *vcpu)
{
    serial_flush(&vm->serial);
    terminal_restore();
    exit_report(stderr, vcpu->fd, vcpu->run, &vm->memory);
    return vm_stop(vm, VM_CRASHED);
}

// A write() for each character would cost more than the exit that brings it, so lines are written
// whole. But nobody waits longer than 5 ms for what has no end, such as an echo or a prompt: too
// short to be noticed, and longer than a line takes.
static void line_time(struct vm *vm)
{
    bool held = vm->serial.output.held > 0;

    if (held != vm->line_waits)
        input_wake_in(&vm->input, held ? LINE_HELD_NS : 0);
    vm->line_waits = held;
}

// A device does what the guest wants at its port. Some raise a flag by it.
static enum resume port_access(struct vm *vm, struct vcpu *vcpu)
{
    exit_io(vcpu->run, vm->ports, vm->port_count);
    line_time(vm);
    if (vm->serial.ready.found)
        stats_ready(&vm->stats);
    if (vm->reset)
        return vm_stop(vm, VM_RESET);
    if (vm->power.off || vm->serial.output.found)
        return vm_stop(vm, VM_POWERED_OFF);
    if (vm->input_waits && serial_room(&vm->serial) > 0) {
        vm->input_waits = false;
        input_wake(&vm->input);
    }
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
    case KVM_EXIT_MMIO: return devices_mmio(vm->devices, run);
    default: return crashed(vm, vcpu);
    }
}

// Into the guest, out again, and a look at the reason: the loop that every VMM consists of.
// Here there is one for each CPU.
static void *vcpu_run(void *argument)
{
    struct cpu *cpu = argument;
    struct vm *vm = cpu->vm;
    enum resume resume = RESUME_RETRY;

    while (resume != RESUME_STOP) {
        bool left_guest = vcpu_enter(&cpu->vcpu);

        pthread_mutex_lock(&vm->lock);
        resume = vm->done ? RESUME_STOP : left_guest ? vcpu_exit(vm, &cpu->vcpu) : cpu_asked(cpu);
        pthread_mutex_unlock(&vm->lock);
    }
    return NULL;
}

// The lock, for the first thread. While nobody reads what the guest prints, a CPU waits with it in
// write(). The user is heard even then, and that is the end.
static void vm_lock(struct vm *vm)
{
    while (!lock_soon(&vm->lock))
        if (input_wait(&vm->input, &(uint8_t){0}, &(size_t){0}) == TERMINAL_QUIT)
            exit(VM_POWERED_OFF);
}

// What happens outside the guest, up to the next input or the next look at the clock. False:
// nothing is left to do.
//
// The pause is the one that a wire would make: at 115,200 baud sixteen bytes take 1.4 ms. Drivers
// rely on it. One that always finds another byte never leaves its interrupt handler, nobody reads
// what it collects, and its buffers overflow.
static bool vm_listen(struct vm *vm)
{
    uint8_t bytes[UART_FIFO_SIZE];
    enum terminal_command command;
    size_t count;
    bool done;

    vm_lock(vm);
    if (output_has_room(&vm->serial.output))
        serial_flush(&vm->serial);
    line_time(vm);
    if (vm->serial.output.found || cpus_halted(&vm->rounds, vm->cpus, vm->cpu_count))
        vm_stop(vm, VM_POWERED_OFF);
    count = serial_room(&vm->serial);
    vm->input_waits = count == 0;
    pthread_mutex_unlock(&vm->lock);

    command = input_wait(&vm->input, bytes, &count);

    if (command == TERMINAL_QUIT && !output_has_room(&vm->serial.output))
        exit(VM_POWERED_OFF);
    vm_lock(vm);
    serial_receive(&vm->serial, bytes, count);
    if (command == TERMINAL_QUIT)
        vm_stop(vm, VM_POWERED_OFF);
    done = vm->done;
    pthread_mutex_unlock(&vm->lock);
    if (count > 1)  // not a key, a paste
        usleep(PASTE_PAUSE_US);
    return !done;
}

// Threads. Each CPU has one, which is nearly always inside KVM_RUN; the program's first thread
// waits for input. One lock guards all devices and all that is counted: a thread takes it when it
// has come out of the guest, or has read input, and gives it back before it waits again. So devices
// needn't know that there are threads. With few exits a second nobody waits long for the lock. (A
// disk can take long. It has a thread and a lock of its own, see virtio/devices.c.)
//
// Nobody else touches a CPU's kvm_run, but for the flag in cpu_join(); the ring in which KVM keeps
// transmitted bytes has its own rules, see coalesced.c. To stop, any thread calls vm_stop(), which
// wakes the first one; that one brings the others home and is then alone.
static enum vm_status vm_run(struct vm *vm)
{
    threads_open();
    signal(SIGPIPE, SIG_IGN);  // a reader that has gone is an error of write(), see output.h
    vm->trace = getenv("TRACE") && strcmp(getenv("TRACE"), "1") == 0;

    for (unsigned id = 0; id < vm->cpu_count; id++)
        pthread_create(&vm->cpus[id].thread, NULL, vcpu_run, &vm->cpus[id]);
    while (vm_listen(vm))
        continue;
    for (unsigned id = 0; id < vm->cpu_count; id++)
        cpu_join(&vm->cpus[id]);
    serial_flush(&vm->serial);
    terminal_restore();
    return vm->status;
}

// Why did the guest come out, and how often?
static void vm_report(const struct vm *vm, const struct options *options)
{
    if (options->stats)
        stats_print_table(stderr, &vm->stats, vm->ports, vm->port_count);
    stats_print_line(stderr, &vm->stats, vm->ports, vm->port_count);
}
