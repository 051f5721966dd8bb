// Every edge of a guest's memory, touched from both sides: what is the guest's works, what isn't
// ends in an EPT violation that says where and how.

#include "kernel/memory/page.h"
#include "test/suite/suite.h"
#include "vmm/memory/memory.h"
#include "vmm/run.h"
#include "vmm/vmx/reasons.h"
#include "vmm/vmx/vmcs.h"

#define RET 0xC3

enum touch { READ, WRITE, EXECUTE };

// Memory in small pages, in a large one, in a single page, and above 1 GiB.
static const struct {
    uint64_t first, size;
} regions[] = {
    {0, 0x10000},
    {0x200000, 0x200000},
    {0xFFF000, 0x1000},
    {0x40000000, 0x203000},
};

#define REGIONS (sizeof(regions) / sizeof(regions[0]))

static void guest_with_regions(struct guest *guest)
{
    suite_guest(guest, "touch", guest_state_protected(0));
    guest_load_flat(guest, "touch", regions[0].size);
    for (unsigned i = 1; i < REGIONS; i++) {
        memory_add(&guest->ept, regions[i].first, regions[i].size);
        *(uint8_t *)memory_at(&guest->ept, regions[i].first, 1) = RET;
    }
}

// The guest touches four bytes at `gpa`. `fault` is the page whose absence the CPU must report, or
// OK for none.
#define OK 1  // no page begins there

static void touch(const struct vmx_capability *cap, enum touch how, uint64_t gpa, uint64_t fault)
{
    static const char *const names[] = {"read", "write", "execute"};
    enum vm_status status;
    struct guest guest;
    struct vcpu vcpu;
    bool pass;

    guest_with_regions(&guest);
    vcpu_create(&vcpu, cap, &guest);
    vcpu.gpr[RBX] = gpa;
    vcpu.gpr[RCX] = how;
    status = vcpu_run(&vcpu);
    if (fault == OK)
        pass = status == VM_POWERED_OFF && suite_result() == 0;
    else
        pass = status == VM_CRASHED && suite_result() != 0 &&
               vmcs_read(EXIT_REASON) == REASON_EPT_VIOLATION &&
               (vmcs_read(EXIT_QUALIFICATION) & 7) == 1u << how &&
               vmcs_read(GUEST_PHYSICAL_ADDRESS) / PAGE_SIZE == fault / PAGE_SIZE;
    ok(pass, "%s %lx: %s", names[how], gpa, fault == OK ? "is memory" : "an EPT violation there");
    vcpu_destroy(&vcpu);
    guest_destroy(&guest);
}

void suite_edges(const struct vmx_capability *cap)
{
    for (unsigned i = 0; i < REGIONS; i++) {
        uint64_t first = regions[i].first, end = first + regions[i].size;

        for (enum touch how = READ; how <= WRITE; how++) {
            touch(cap, how, end - 4, OK);
            touch(cap, how, end - 2, end);
            touch(cap, how, end, end);
            if (!first)
                continue;
            touch(cap, how, first, OK);
            touch(cap, how, first - 2, first - PAGE_SIZE);
            touch(cap, how, first - 4, first - PAGE_SIZE);
        }
        touch(cap, EXECUTE, end, end);
        if (first)
            touch(cap, EXECUTE, first, OK);
    }
    touch(cap, READ, 0x100000, 0x100000);   // where the hypervisor itself is
    touch(cap, WRITE, 0x100000, 0x100000);  // in host-physical memory
    touch(cap, EXECUTE, 0x100000, 0x100000);
    touch(cap, READ, 0xFEE00020, 0xFEE00000);  // the machine's local APIC
    touch(cap, WRITE, 0xFFFFFFFC, 0xFFFFF000);
}
