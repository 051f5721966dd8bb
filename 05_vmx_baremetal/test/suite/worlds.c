// Guests in a world of their own (test/guest/world.inc) that try everything: each number, each bit,
// each port. They end well, in a HLT with the result 0; that is the point.

#include <string.h>

#include "kernel/console.h"
#include "kernel/page.h"
#include "test/suite/suite.h"
#include "vmm/memory.h"
#include "vmm/vmcs.h"

#define RAM  (4u << 20)
#define PML4 0x1000

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// In the log, for people and for comparing with other hypervisors.
static void print_told(const char *name)
{
    const uint32_t *told;
    unsigned count = suite_told(&told);

    kprintf("# %s tells:", name);
    for (unsigned i = 0; i < count && i < SUITE_TOLD_MAX; i++)
        kprintf(" %x", told[i]);
    kprintf("\n");
}

static enum machine_status run_guest(const struct vmx_capability *cap, struct guest *guest,
                                     bool check_always)
{
    enum machine_status status;
    struct vcpu vcpu;

    vcpu_create(&vcpu, cap, guest);
    vcpu.check_always = check_always;
    suite_button(&vcpu);
    status = vcpu_run(&vcpu);
    kprintf("# %s: %lu exits\n", guest->name, vcpu.exits);
    vcpu_destroy(&vcpu);
    guest_destroy(guest);
    return status;
}

static void run(const struct vmx_capability *cap, const char *payload, bool check_always,
                enum machine_status end)
{
    enum machine_status status;
    struct guest guest;

    suite_guest(&guest, payload, guest_state_long(0, PML4));
    guest_load_flat(&guest, payload, RAM);
    status = run_guest(cap, &guest, check_always);
    print_told(payload);
    ok(status == end, "%s: ends as expected, status %u", payload, status);
    ok(suite_result() == 0, "%s: every check holds, result %u", payload, suite_result());
}

// The MSRs that a guest has: those of msr_bitmap.c and of exit_msr.c, and no other. All but one can
// be written: IA32_PLATFORM_ID.
static void run_msrs(const struct vmx_capability *cap)
{
    static const uint32_t expected[] = {0x10,       0x17,       0x3B,       0x8B,       0x174,
                                        0x175,      0x176,      0x1A0,      0x277,      0xC0000080,
                                        0xC0000081, 0xC0000082, 0xC0000083, 0xC0000084, 0xC0000100,
                                        0xC0000101, 0xC0000102, 0xC0000103, 17};
    const uint32_t *told;

    run(cap, "msrs", false, MACHINE_OFF);
    ok(suite_told(&told) == COUNT(expected) && memcmp(told, expected, sizeof(expected)) == 0,
       "msrs: it finds those that it has to itself, those that we answer, and no other");
}

// The leaves that a guest may see; which of them a CPU has, is its affair.
static void run_leaves(const struct vmx_capability *cap)
{
    static const uint32_t shown[] = {0,          1,          2,          7,          0xD,
                                     0x15,       0x16,       0x40000000, 0x40000001, 0x40000010,
                                     0x80000000, 0x80000001, 0x80000002, 0x80000003, 0x80000004,
                                     0x80000006, 0x80000007, 0x80000008};
    const uint32_t *told;
    unsigned count, known = 0;

    run(cap, "leaves", false, MACHINE_OFF);
    count = suite_told(&told);
    for (unsigned i = 0; i < count && i < SUITE_TOLD_MAX; i++)
        for (unsigned k = 0; k < COUNT(shown); k++)
            known += told[i] == shown[k];
    ok(count && known == count, "leaves: it sees none but those of cpuid.c, %u", count);
}

// The machine of SeaBIOS, with another firmware.
static void run_ports(const struct vmx_capability *cap)
{
    enum machine_status status;
    struct guest guest;

    guest_create(&guest, "bios");
    status = run_guest(cap, &guest, false);
    ok(status == MACHINE_OFF, "ports: its firmware comes to its last line, status %u", status);
}

// An instruction that begins in the guest's memory and ends where there is none.
static void run_fetch(const struct vmx_capability *cap)
{
    static const uint8_t mov_eax_imm32[] = {0xB8, 0x11, 0x22};
    uint64_t start = PAGE_SIZE - sizeof(mov_eax_imm32);
    enum machine_status status;
    struct guest guest;
    struct vcpu vcpu;

    suite_guest(&guest, "fetch", guest_state_protected(start));
    memory_add(&guest.ept, 0, PAGE_SIZE);
    memcpy(memory_at(&guest.ept, start, sizeof(mov_eax_imm32)), mov_eax_imm32,
           sizeof(mov_eax_imm32));
    vcpu_create(&vcpu, cap, &guest);
    status = vcpu_run(&vcpu);
    ok(status == MACHINE_GUEST_CRASHED && vmcs_read(EXIT_REASON) == REASON_EPT_VIOLATION &&
           (vmcs_read(EXIT_QUALIFICATION) & EPT_EXECUTE) &&
           vmcs_read(GUEST_PHYSICAL_ADDRESS) == PAGE_SIZE && vmcs_read(GUEST_RIP) == start,
       "fetch: half of an instruction is not its memory");
    vcpu_destroy(&vcpu);
    guest_destroy(&guest);
}

void suite_worlds(const struct vmx_capability *cap)
{
    static const char *const well[] = {"strings", "user", "bits",    "storm",
                                       "nmi",     "avx",  "selfmod", "descend"};

    for (unsigned i = 0; i < COUNT(well); i++)
        run(cap, well[i], strcmp(well[i], "storm") != 0, MACHINE_OFF);
    run(cap, "idtless", true, MACHINE_GUEST_CRASHED);
    run_msrs(cap);
    run_leaves(cap);
    run_ports(cap);
    run_fetch(cap);
}
