// 02_bios: a PC that starts like a PC. RAM, the distribution's SeaBIOS where the reset vector looks
// for it, interrupt controllers and a timer inside KVM, and the few ports that the firmware can't
// do without. It runs until SeaBIOS says that there is nothing to boot.
//
// usage: ./vm [OPTION]... (see options.c; `--disk FILE` boots an MBR: disk.c)

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/host/file.h"
#include "common/host/output.h"
#include "common/kvm/exit.h"
#include "common/kvm/io.h"
#include "common/kvm/kvm.h"
#include "common/kvm/memory.h"
#include "common/kvm/vcpu.h"
#include "common/pc/cmos.h"
#include "common/pc/keyboard.h"
#include "common/pc/x86.h"
#include "disk/disk.h"
#include "options.h"
#include "signals.h"

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

// KVM needs four pages of the guest's address space for itself on Intel CPUs that can't run real
// mode natively. They go right below the largest ROM. Source: KVM API, "KVM_SET_TSS_ADDR".
#define IDENTITY_MAP_ADDRESS 0xFEFFC000ull  // 1 page
#define TSS_ADDRESS          0xFEFFD000ull  // 3 pages

// Ports.
#define DEBUG_CONSOLE 0x402  // SeaBIOS prints its log here
#define RESET_CONTROL 0xCF9

// Where a PC has its PCI bus. Who looks for it writes 32 bits to the first of these ports, and the
// second byte of them is no reset.
#define PCI_FIRST 0xCF8
#define PCI_LAST  0xCFF

#define DEBUG_CONSOLE_PRESENT 0xE9       // what a debug console answers to a read
#define RESET_CPU             (1u << 2)  // in the reset control

#define PORT_RANGES 16

struct vm {
    int kvm_fd;
    int vm_fd;
    struct memory memory;
    struct vcpu vcpu;

    struct cmos cmos;
    struct output log;  // what SeaBIOS writes to the debug console
    struct disk disk;   // with --disk: the disk, and a screen to see what it does

    struct port_range ports[PORT_RANGES];
    size_t port_count;

    bool reset;  // the guest asked for one
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

// The machine. The two 8259s, the I/O APIC, the local APIC and the 8254 timer are KVM's: an
// interrupt every 55 ms that had to come out to us and go back in would cost more than all the
// rest.
static void vm_create(struct vm *vm)
{
    struct kvm_pit_config pit = {.flags = KVM_PIT_SPEAKER_DUMMY};  // port 0x61 is there as well
    uint64_t identity_map = IDENTITY_MAP_ADDRESS;

    vm->kvm_fd = kvm_open();
    KVM_NEED(vm->kvm_fd, KVM_CAP_READONLY_MEM);
    vm->vm_fd = KVM(vm->kvm_fd, KVM_CREATE_VM, 0);

    KVM(vm->vm_fd, KVM_SET_IDENTITY_MAP_ADDR, &identity_map);
    KVM(vm->vm_fd, KVM_SET_TSS_ADDR, TSS_ADDRESS);
    KVM(vm->vm_fd, KVM_CREATE_IRQCHIP, 0);
    KVM(vm->vm_fd, KVM_CREATE_PIT2, &pit);
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

// The image, until it writes to the debug console; not every build of SeaBIOS does. At the end,
// however that comes, who waited for a log learns why there was none.
static const char *silent_bios;

static void silence_report(void)
{
    if (silent_bios)
        fprintf(stderr, "%s: wrote no log to port 0x402, expected a BIOS such as bios-256k.bin\n",
                silent_bios);
}

// The debug console. SeaBIOS asks once, a few lines into its log, whether it is there, and prints
// no more unless the answer is 0xE9.
static uint32_t debug_console_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)port, (void)size;
    return DEBUG_CONSOLE_PRESENT;
}

static void debug_console_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct vm *vm = device;

    (void)port;
    silent_bios = NULL;
    output_write(&vm->log, &value, size);  // little-endian: the lowest byte comes first
}

static uint32_t keyboard_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)size;
    return keyboard_read(port);
}

// Two ways to ask for a reset. SeaBIOS tries them in this order, and then a triple fault.
static void keyboard_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct vm *vm = device;

    (void)size;
    if (keyboard_write(port, (uint8_t)value))
        vm->reset = true;
}

static void reset_control_out(void *device, uint16_t port, unsigned size, uint32_t value)
{
    struct vm *vm = device;

    (void)port, (void)size;
    if (value & RESET_CPU)
        vm->reset = true;
}

static uint64_t host_time(void)
{
    return (uint64_t)time(NULL);
}

// Who answers which port. All others read as ones, like the empty bus of a PC: that is how SeaBIOS
// finds out that there is no PCI, no floppy drive and no printer.
static void vm_connect(struct vm *vm, const struct options *options)
{
    const struct port_range map[] = {
        {DEBUG_CONSOLE, DEBUG_CONSOLE, "debug console", debug_console_in, debug_console_out, vm},
        {CMOS_PORT_INDEX, CMOS_PORT_DATA, "CMOS", cmos_in, cmos_out, &vm->cmos},
        {KEYBOARD_DATA, KEYBOARD_DATA, "keyboard data", keyboard_in, keyboard_out, vm},
        {KEYBOARD_COMMAND, KEYBOARD_COMMAND, "keyboard command", keyboard_in, keyboard_out, vm},
        {RESET_CONTROL, RESET_CONTROL, "reset control", NULL, reset_control_out, vm},
        {PCI_FIRST, PCI_LAST, "PCI, absent", NULL, NULL, NULL, .width = 4},
    };
    uint64_t low = vm->memory.slots[0].size;

    memcpy(vm->ports, map, sizeof(map));
    vm->port_count = sizeof(map) / sizeof(map[0]);

    cmos_reset(&vm->cmos, host_time, low, options->memory - low);
    vm->log = (struct output){.fd = options->log_fd};
    if (options->log_fd >= 0) {  // in a log that goes nowhere, nobody waits for a text
        vm->log.until = options->until;
        silent_bios = options->bios.path;
        atexit(silence_report);
    }
    if (options->disk.path)
        vm->port_count += disk_connect(&vm->disk, options, vm->vm_fd, vm->ports + vm->port_count);
}

static enum vm_status crashed(struct vm *vm)
{
    silent_bios = NULL;  // there is more to say
    exit_report(stderr, vm->vcpu.fd, vm->vcpu.run, &vm->memory);
    return VM_CRASHED;
}

// A CPU that halts with interrupts off never wakes: the way in which most boot sectors end. KVM
// keeps a halted vCPU to itself, because its interrupt controllers are there, so we have to ask.
static bool halted_for_good(struct vm *vm)
{
    struct kvm_mp_state state;
    struct kvm_regs regs;

    KVM(vm->vcpu.fd, KVM_GET_MP_STATE, &state);
    KVM(vm->vcpu.fd, KVM_GET_REGS, &regs);
    return state.mp_state == KVM_MP_STATE_HALTED && !(regs.rflags & RFLAGS_IF);
}

// True once nothing is left to do; then *status says how it ended.
static bool vm_is_done(struct vm *vm, enum vm_status *status)
{
    *status = vm->reset ? VM_RESET : VM_POWERED_OFF;
    return vm->reset || vm->log.found || vm->disk.screen.output.found;
}

// The loop of stage 01, with more to do for each exit.
static enum vm_status vcpu_run(struct vm *vm)
{
    bool trace = getenv("TRACE") && strcmp(getenv("TRACE"), "1") == 0;
    enum vm_status status;

    signals_start();
    while (!vm_is_done(vm, &status)) {
        if (!vcpu_enter(&vm->vcpu)) {
            signals_check();  // Ctrl-C and the like end the program here
            if (halted_for_good(vm))
                return VM_POWERED_OFF;
            continue;
        }
        if (trace)
            exit_trace(stderr, vm->vcpu.run);

        switch (vm->vcpu.run->exit_reason) {
        case KVM_EXIT_IO: exit_io(vm->vcpu.run, vm->ports, vm->port_count); break;
        case KVM_EXIT_MMIO: exit_mmio_unclaimed(vm->vcpu.run); break;
        default: return crashed(vm);
        }
    }
    return status;
}
