// The list of broken VMCSs on the machine: vmcs_check() names the rule, and the CPU refuses too.

#include "kernel/console.h"
#include "test/suite/broken.h"
#include "test/suite/suite.h"
#include "vmm/exit_reason.h"
#include "vmm/memory.h"
#include "vmm/vmcs.h"
#include "vmm/vmcs_setup.h"

#define MAX 8

// What the CPU said to the last attempt to enter.
struct verdict {
    enum vmx_status status;
    uint64_t number;  // VM-instruction error, or exit reason
};

static struct verdict try(struct vcpu *vcpu)
{
    enum vmx_status status = vcpu_enter(vcpu, false);

    switch (status) {
    case VMX_SUCCEED: return (struct verdict){status, vmcs_read(EXIT_REASON)};
    case VMX_FAIL_VALID: return (struct verdict){status, vmcs_read(VM_INSTRUCTION_ERROR)};
    default: return (struct verdict){status, 0};
    }
}

static bool refused(enum vmcs_area area, struct verdict verdict)
{
    switch (area) {
    case AREA_CONTROLS: return verdict.status == VMX_FAIL_VALID && verdict.number == 7;
    case AREA_HOST: return verdict.status == VMX_FAIL_VALID && verdict.number == 8;
    default:
        return verdict.status == VMX_SUCCEED &&
               verdict.number == (EXIT_ENTRY_FAILURE | REASON_BAD_GUEST_STATE);
    }
}

static bool found(const struct vmx_capability *cap, const struct broken *row)
{
    struct vmcs_violation list[MAX];
    unsigned count = vmcs_check(cap, list, MAX);

    for (unsigned i = 0; i < count && i < MAX; i++)
        if (broken_is(row, &list[i]))
            return true;
    return false;
}

// The guest of each mode is a page of zeros: it is never to run.
static void suite_row(const struct vmx_capability *cap, const struct broken *row)
{
    struct guest guest = {.name = "broken", .start = broken_start(row->mode, 0)};
    uint64_t old[CHANGES];
    struct verdict verdict;
    struct vcpu vcpu;

    ept_create(&guest.ept);
    vcpu_create(&vcpu, cap, &guest);
    broken_apply(row, old);
    ok(found(cap, row), "%s: %s", vmcs_field_name(row->field), row->rule);
    verdict = try(&vcpu);
    if (!ok(refused(row->area, verdict), "and the CPU refuses it"))
        kprintf("# status %u, number %lx\n", verdict.status, verdict.number);
    vcpu_destroy(&vcpu);
    guest_destroy(&guest);
}

void suite_broken(const struct vmx_capability *cap)
{
    for (unsigned i = 0; i < broken_count; i++)
        suite_row(cap, &broken_list[i]);
}
