// 02_bios: a PC that starts like a PC. RAM, the distribution's SeaBIOS where the reset vector looks
// for it, KVM's interrupt controllers and timer, and the few ports that the firmware looks for.
//
// usage: ./vm [OPTION]... (see options.c; `--disk FILE` boots an MBR: disk/disk.c)

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/host/output.h"
#include "common/host/signals.h"
#include "common/kvm/capability.h"
#include "common/kvm/chips.h"
#include "common/kvm/exits/exit.h"
#include "common/kvm/exits/io.h"
#include "common/kvm/exits/report.h"
#include "common/kvm/kvm.h"
#include "common/kvm/memory.h"
#include "common/kvm/rtc.h"
#include "common/kvm/vcpu.h"
#include "common/pc/cmos.h"
#include "common/pc/debug_console.h"
#include "common/pc/keyboard.h"
#include "common/pc/reset.h"
#include "disk/disk.h"
#include "options.h"

// Guest-physical addresses. The firmware is at the end of the first 4 GiB, where the CPU fetches
// its first instruction, and a copy of its end is below 1 MiB, where real mode can reach it:
//
//   4 GiB        +------------------+
//                | ROM, read-only   |  the whole image; the reset vector is its last 16 bytes
//   4 GiB - size +------------------+
//                |       ...        |
//   1 MiB        +------------------+
//                | shadow, writable |  the image's last 256 KiB at most
//   0            +------------------+  RAM from here on, the shadow in its midst
#define ROM_END     GIB(4)
#define SHADOW_END  MIB(1)
#define SHADOW_SIZE KIB(256)

#define PORT_RANGES 16

struct vm {
    int kvm_fd;  // /dev/kvm: what the host offers
    int vm_fd;   // the machine
    struct memory memory;
    struct vcpu vcpu;
    struct keyboard keyboard;
    struct output log;  // what SeaBIOS writes to the debug console
    struct disk disk;   // with --disk: the disk, and a screen to see what it does

    struct port_range ports[PORT_RANGES];
    size_t port_count;

    bool reset;             // the guest asked for one
    bool trace;             // a line for each exit
    enum vm_status status;  // how it ended
};

static void vm_create(struct vm *vm);
static void vm_load(struct vm *vm, const struct options *options);
static void vm_connect(struct vm *vm, const struct options *options);
static enum vm_status vcpu_run(struct vm *vm);

int main(int argc, char **argv)
{
    struct options options = options_parse(argc, argv);
    struct vm vm = {0};

    vm_create(&vm);             // 1. an empty machine, with interrupt controllers and a timer
    vm_load(&vm, &options);     // 2. with RAM, and the BIOS in its two places
    vm_connect(&vm, &options);  // 3. and devices behind ports
    vcpu_create(&vm.vcpu, vm.kvm_fd, vm.vm_fd, 0);  // 4. and a CPU as it is after a reset
    vcpu_set_cpuid(&vm.vcpu, vm.kvm_fd);            //    that knows what it can do
    return vcpu_run(&vm);                           // 5. until the guest is done
}

// A machine without memory and without CPU. It lives as long as its descriptor is open.
// Its interrupt controllers and its timer are KVM's.
static void vm_create(struct vm *vm)
{
    vm->kvm_fd = kvm_open();
    KVM_NEED(vm->kvm_fd, KVM_CAP_READONLY_MEM);
    vm->vm_fd = KVM(vm->kvm_fd, KVM_CREATE_VM, 0);
    chips_create(vm->vm_fd);
}

// RAM, the ROM below 4 GiB, and the shadow: on a PC the firmware copies itself there after telling
// the memory controller to make room. We have no memory controller, so it finds the copy done.
static void vm_load(struct vm *vm, const struct options *options)
{
    struct file bios = options->bios;
    size_t shadow = bios.size < SHADOW_SIZE ? bios.size : SHADOW_SIZE;
    uint8_t *rom;

    vm->memory.vm_fd = vm->vm_fd;
    memory_add_ram(&vm->memory, options->memory);
    rom = memory_add_read_only(&vm->memory, "BIOS", ROM_END - bios.size, bios.size);
    memcpy(rom, bios.data, bios.size);
    memcpy(memory_at(&vm->memory, SHADOW_END - shadow, shadow), bios.data + bios.size - shadow,
           shadow);
}

// The image, until it writes its log. At the end, who waited for one learns why there was none.
static const char *silent;

static void silence_report(void)
{
    if (silent)
        fprintf(stderr, "%s: wrote no log to port 0x402, expected e.g. bios-256k.bin\n", silent);
}

static void log_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    silent = NULL;
    output_out(device, offset, size, value);
}

// Who answers which port. All others read as ones, like the empty bus of a PC: that is how SeaBIOS
// finds out that there is no PCI, no floppy drive and no printer.
static void vm_connect(struct vm *vm, const struct options *options)
{
    uint64_t low = vm->memory.slots[0].size;
    struct rtc *rtc = rtc_create(vm->vm_fd, low, options->memory - low);
    const struct port_range map[] = {
        {DEBUG_CONSOLE, DEBUG_CONSOLE, "debug console", debug_console_in, log_out, &vm->log},
        {CMOS_PORT_INDEX, CMOS_PORT_DATA, "CMOS", rtc_in, rtc_out, rtc},
        {KEYBOARD_DATA, KEYBOARD_COMMAND, "keyboard", keyboard_in, keyboard_out, &vm->keyboard},
        {RESET_CONTROL, RESET_CONTROL, "reset control", NULL, reset_control_out, &vm->reset},
        {PCI_FIRST, PCI_LAST, "PCI, absent", NULL, NULL, NULL, .width = 4},
    };

    memcpy(vm->ports, map, sizeof(map));
    vm->port_count = sizeof(map) / sizeof(map[0]);

    keyboard_reset(&vm->keyboard, &vm->reset);
    vm->log = (struct output){.fd = options->log_fd};
    if (options->log_fd >= 0) {  // in a log that goes nowhere, nobody waits for a text
        vm->log.until = options->until;
        silent = options->bios.path;
        atexit(silence_report);
    }
    if (options->disk.path)
        vm->port_count += disk_connect(&vm->disk, options->disk, options->until, vm->vm_fd,
                                       vm->ports + vm->port_count);
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
    silent = NULL;  // there is more to say
    exit_report(stderr, vcpu->fd, vcpu->run, &vm->memory);
    return vm_stop(vm, VM_CRASHED);
}

// A device does what the guest wants at its port. Some raise a flag by it.
static enum resume port_access(struct vm *vm, struct vcpu *vcpu)
{
    exit_io(vcpu->run, vm->ports, vm->port_count);
    if (vm->reset)
        return vm_stop(vm, VM_RESET);
    if (vm->log.found || vm->disk.screen.output.found)
        return vm_stop(vm, VM_POWERED_OFF);
    return RESUME_NEXT;
}

// The guest has come out. Why, and what happens next?
static enum resume vcpu_exit(struct vm *vm, struct vcpu *vcpu)
{
    struct kvm_run *run = vcpu->run;

    if (vm->trace)
        exit_trace(stderr, run);
    switch (run->exit_reason) {
    case KVM_EXIT_IO: return port_access(vm, vcpu);
    case KVM_EXIT_MMIO: return exit_mmio_unclaimed(run);
    default: return crashed(vm, vcpu);
    }
}

// No exit, a signal: Ctrl-C and the like end the program here.
static enum resume vcpu_interrupted(struct vm *vm)
{
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
    return vm->status;
}
