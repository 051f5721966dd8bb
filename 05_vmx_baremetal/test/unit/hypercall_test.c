// What the guest may ask: each call of common/pc/hypercall.h, without a guest.

#include "common/pc/hypercall.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/test/tap.h"
#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "test/unit/fake/fake_pages.h"
#include "test/unit/fake/fake_vmcs.h"
#include "vmm/exits/exits.h"
#include "vmm/vmx/guest_state.h"

#define CHANGED 0x1122334455667788

static struct guest guest = {.name = "test"};
static struct vcpu vcpu;
static char line[256];  // what the hypervisor printed

// In place of kernel/console/console.c.
int kprintf(const char *format, ...)
{
    va_list args;
    int count;

    va_start(args, format);
    count = vsnprintf(line, sizeof(line), format, args);
    va_end(args);
    return count;
}

// In place of kernel/panic/panic.c.
void host_end(enum vm_status status)
{
    exit((int)status);
}

void panic(const char *format, ...)
{
    (void)format;
    abort();
}

// Every register has a value that no call returns.
static enum resume call(uint64_t number, uint64_t argument)
{
    vcpu.guest = &guest;
    for (unsigned i = 0; i < GPRS; i++)
        vcpu.gpr[i] = CHANGED;
    return hypercall(&vcpu, number, argument);
}

static bool only_rax_changed(void)
{
    for (unsigned i = 0; i < GPRS; i++)
        if (i != RAX && vcpu.gpr[i] != CHANGED)
            return false;
    return true;
}

static void test_hello(void)
{
    is_int(call(HYPERCALL_HELLO, 0), RESUME_NEXT, "hello: the guest goes on");
    is_int(vcpu.gpr[RAX], 0, "hello: no error");
    is_int(vcpu.gpr[RBX], HYPERCALL_VERSION, "hello: the version");
    ok(strcmp(line, "hello from the guest \"test\"\n") == 0, "hello: a line of ours");
}

static void test_stats_of_devices(void)
{
    static struct device_page devices[] = {{.name = "first device"}, {.name = "second device"}};

    guest.pages = devices;
    guest.page_count = 2;
    vcpu.exits_by_reason[REASON_EPT_VIOLATION] = 10;
    vcpu.exits_by_page[0] = 2;
    vcpu.exits_by_page[1] = 7;
    call(HYPERCALL_STATS, REASON_EPT_VIOLATION);
    is_int(vcpu.gpr[RBX], 1, "stats: EPT violations that are nobody's");
    call(HYPERCALL_STATS, REASON_COUNT + 1);
    is_int(vcpu.gpr[RBX], 7, "stats: those of the second device");
    ok(memcmp(&vcpu.gpr[RCX], "second d", 8) == 0, "stats: by its name");
    call(HYPERCALL_STATS, REASON_COUNT + 2);
    is_int(vcpu.gpr[RAX], (uint64_t)HYPERCALL_END, "stats: no more after it");
    guest.page_count = 0;
}

static void test_stats(void)
{
    char name[HYPERCALL_NAME_SIZE + 1] = {0};

    vcpu.exits_by_reason[REASON_CPUID] = 42;
    is_int(call(HYPERCALL_STATS, REASON_CPUID), RESUME_NEXT, "stats: the guest goes on");
    is_int(vcpu.gpr[RAX], 0, "stats: no error");
    is_int(vcpu.gpr[RBX], 42, "stats: how many exits");
    memcpy(name, &vcpu.gpr[RCX], 8);
    memcpy(name + 8, &vcpu.gpr[RDX], 8);
    memcpy(name + 16, &vcpu.gpr[RSI], 8);
    memcpy(name + 24, &vcpu.gpr[RDI], 8);
    ok(strcmp(name, "CPUID") == 0, "stats: of what, in four registers");

    for (uint64_t reason = 0; reason < REASON_COUNT; reason++)
        if (call(HYPERCALL_STATS, reason) != RESUME_NEXT || vcpu.gpr[RAX] != 0)
            ok(0, "stats: reason %u", (unsigned)reason);
    call(HYPERCALL_STATS, REASON_COUNT);
    is_int(vcpu.gpr[RAX], HYPERCALL_END, "stats: behind the last reason, the end");
    ok(only_rax_changed(), "stats: and nothing else");
    call(HYPERCALL_STATS, UINT64_MAX);
    is_int(vcpu.gpr[RAX], HYPERCALL_END, "stats: far behind it too");
}

static void test_poweroff(void)
{
    vcpu.status = VM_PANIC;
    is_int(call(HYPERCALL_POWEROFF, 0), RESUME_STOP, "poweroff: the guest doesn't go on");
    is_int(vcpu.status, VM_POWERED_OFF, "poweroff: and has ended well");
}

// Who may end the machine: the answer to a VMCALL with this privilege level and these flags.
static enum resume vmcall(unsigned cpl, uint64_t rflags)
{
    fake_vmcs_reset();
    vmcs_write(GUEST_EFER, 0);
    vmcs_write(GUEST_CR0, CR0_PE);
    vmcs_write(GUEST_SS_ACCESS, cpl << 5);
    vmcs_write(GUEST_RFLAGS, rflags);
    vmcs_write(GUEST_TR_BASE, 0);
    vmcs_write(GUEST_TR_LIMIT, 103);  // no bitmap
    vcpu.gpr[RAX] = HYPERCALL_POWEROFF;
    return exit_vmcall(&vcpu);
}

static void test_rights(void)
{
    static const struct vmx_capability cap = {.physical_bits = 39};

    ept_create(&guest.ept);
    vcpu.guest = &guest;
    vcpu.cap = &cap;
    is_int(vmcall(0, 0), RESUME_STOP, "poweroff of ring 0: done");
    is_int(vmcall(3, 3 << 12), RESUME_STOP, "poweroff of ring 3, IOPL 3: done");
    is_int(vmcall(3, 2 << 12), RESUME_NEXT, "poweroff of ring 3, IOPL 2: the guest goes on");
    is_int(vcpu.gpr[RAX], HYPERCALL_DENIED, "and is told why");
    is_int(vmcall(3, RFLAGS_VM | 3 << 12), RESUME_NEXT, "in virtual-8086 mode IOPL doesn't count");
    ept_destroy(&guest.ept, NULL);
}

static void test_unknown(void)
{
    static const uint64_t numbers[] = {0, HYPERCALL_POWEROFF + 1, 99, UINT32_MAX + 1ull,
                                       UINT64_MAX};

    for (unsigned i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
        is_int(call(numbers[i], 0), RESUME_NEXT, "call %lx: the guest goes on", numbers[i]);
        is_int(vcpu.gpr[RAX], HYPERCALL_UNKNOWN, "call %lx: unknown", numbers[i]);
        ok(only_rax_changed(), "call %lx: and nothing else", numbers[i]);
    }
}

static void test_width(void)
{
    const uint64_t number = 0xFFFFFFFF00000000 | HYPERCALL_STATS;

    fake_vmcs_reset();
    vcpu.gpr[RAX] = number;
    vcpu.gpr[RBX] = 0x100000000 | REASON_CPUID;
    vmcs_write(GUEST_EFER, 0);
    exit_vmcall(&vcpu);
    is_int(vcpu.gpr[RBX], 42, "VMCALL of 32-bit code: the upper halves don't count");

    vcpu.gpr[RAX] = number;
    vmcs_write(GUEST_EFER, EFER_LMA);
    vmcs_write(GUEST_CS_ACCESS, ACCESS_L);
    exit_vmcall(&vcpu);
    is_int(vcpu.gpr[RAX], HYPERCALL_UNKNOWN, "of 64-bit code: they do");
}

int main(void)
{
    test_hello();
    test_stats();
    test_stats_of_devices();
    test_poweroff();
    test_rights();
    test_unknown();
    test_width();
    return done_testing();
}
