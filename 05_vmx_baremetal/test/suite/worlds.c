// Guests in a world of their own (test/guest/world.inc) that try everything: each number, each bit,
// each port. They end well, in a HLT with the result 0; that is the point.

#include <string.h>

#include "common/pc/virtio/device.h"
#include "kernel/console/console.h"
#include "test/suite/suite.h"
#include "vmm/guests/devices/local_apic.h"
#include "vmm/run.h"

#define RAM  (4u << 20)
#define PML4 0x1000

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static enum vm_status run_guest(const struct vmx_capability *cap, struct guest *guest,
                                bool check_always)
{
    enum vm_status status;
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

static void run_in(const struct vmx_capability *cap, struct guest *guest, bool check_always,
                   enum vm_status end)
{
    const char *payload = guest->name;
    enum vm_status status = run_guest(cap, guest, check_always);

    suite_print_end(payload, status);
    ok(status == end, "%s: ends as expected, status %u", payload, status);
    ok(suite_result() == 0, "%s: every check holds, result %u", payload, suite_result());
}

static void run(const struct vmx_capability *cap, const char *payload, bool check_always,
                enum vm_status end)
{
    struct guest guest;

    suite_guest(&guest, payload, guest_state_long(0, PML4));
    guest_load_flat(&guest, payload, RAM);
    run_in(cap, &guest, check_always, end);
}

// The same on a machine with an empty bus.
static void run_bus(const struct vmx_capability *cap, const char *payload)
{
    struct guest guest;

    suite_guest(&guest, payload, guest_state_long(0, PML4));
    guest_load_flat(&guest, payload, RAM);
    guest.empty_bus = true;
    guest_bus(&guest);
    run_in(cap, &guest, true, VM_POWERED_OFF);
}

// With devices that are not behind ports.
static void run_pages(const struct vmx_capability *cap, const char *payload)
{
    struct guest guest;

    suite_guest(&guest, payload, guest_state_long(0, PML4));
    guest_load_flat(&guest, payload, RAM);
    guest.empty_bus = true;
    suite_pages(&guest, VIRTIO_GPA + VIRTIO_PAGE, RAM);
    run_in(cap, &guest, true, VM_POWERED_OFF);
}

// The same with a local APIC.
static void run_apic(const struct vmx_capability *cap, const char *payload)
{
    static struct apic apic;
    static struct device_page page = {APIC_GPA, "local APIC", local_apic_read, local_apic_write,
                                      &apic};
    struct guest guest;

    apic_reset(&apic);
    suite_guest(&guest, payload, guest_state_long(0, PML4));
    guest_load_flat(&guest, payload, RAM);
    guest.empty_bus = true;
    guest.apic = &apic;
    guest.pages = &page;
    guest.page_count = 1;
    guest_bus(&guest);
    run_in(cap, &guest, false, VM_POWERED_OFF);
}

// The MSRs that a guest has: those of vcpu/bitmaps.c and of exits/msr.c, and no other. All but two
// can be written: IA32_PLATFORM_ID and IA32_MCG_CAP.
static void run_msrs(const struct vmx_capability *cap)
{
    static const uint32_t expected[] = {
        0x10,       0x17,       0x3B,       0x8B,       0x174,      0x175,      0x176,
        0x179,      0x1A0,      0x1D9,      0x277,      0xC0000080, 0xC0000081, 0xC0000082,
        0xC0000083, 0xC0000084, 0xC0000100, 0xC0000101, 0xC0000102, 0xC0000103, 18};
    const uint32_t *told;

    run(cap, "msrs", false, VM_POWERED_OFF);
    ok(suite_told(&told) == COUNT(expected) && memcmp(told, expected, sizeof(expected)) == 0,
       "msrs: it finds those that it has to itself, those that we answer, and no other");
}

// Bits that can't be turned. CR4 and EFER depend on the CPU; the guest compares them with CPUID.
static void run_bits(const struct vmx_capability *cap)
{
    const uint32_t *told;

    run(cap, "bits", true, VM_POWERED_OFF);
    ok(suite_told(&told) == 6 && told[0] == 0xA0000001 && told[1] == 0xFFFFFFFF,
       "bits: of CR0, NW, PE and PG, and the upper half");
    ok(told[3] == 0xFFFFFFFF && told[5] == 0xFFFFFFFF, "bits: the upper halves of CR4 and EFER");
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

    run(cap, "leaves", false, VM_POWERED_OFF);
    count = suite_told(&told);
    for (unsigned i = 0; i < count && i < SUITE_TOLD_MAX; i++)
        for (unsigned k = 0; k < COUNT(shown); k++)
            known += told[i] == shown[k];
    ok(count && known == count, "leaves: it sees none but those of exits/cpuid_table.c, %u", count);
}

// The machine of SeaBIOS, with another firmware.
static void run_ports(const struct vmx_capability *cap)
{
    enum vm_status status;
    struct guest guest;

    guest_create(&guest, "bios");
    status = run_guest(cap, &guest, false);
    ok(status == VM_POWERED_OFF, "ports: its firmware comes to its last line, status %u", status);
}

void suite_worlds(const struct vmx_capability *cap)
{
    static const char *const well[] = {"strings", "user",     "storm",  "nmi",   "avx",
                                       "selfmod", "descend",  "breaks", "calls", "debugctl",
                                       "corners", "features", "step"};

    for (unsigned i = 0; i < COUNT(well); i++)
        run(cap, well[i], strcmp(well[i], "storm") != 0, VM_POWERED_OFF);
    run(cap, "idtless", true, VM_CRASHED);
    run(cap, "fetch", true, VM_CRASHED);
    run_bus(cap, "holes");
    run_bus(cap, "nowhere");
    run_pages(cap, "page");
    run_pages(cap, "disk");
    run_apic(cap, "xapic");
    run_apic(cap, "x2apic");
    run_bits(cap);
    run_msrs(cap);
    run_leaves(cap);
    run_ports(cap);
}
