// The list of broken VMCSs on the machine: vmcs_check() names the rule, and the CPU refuses too.

#include <stddef.h>

#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "test/suite/broken.h"
#include "test/suite/suite.h"
#include "vmm/vmx/reasons.h"
#include "vmm/vmx/vmcs.h"

#define CPUID_1_ECX_HYPERVISOR (1u << 31)

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

// Does this CPU have all fields that the row changes? KVM's nested VMX lacks the CR3-target values
// and others that belong to controls which it doesn't offer.
static bool has_fields(const struct broken *row)
{
    uint64_t value;

    for (unsigned i = 0; i < CHANGES && row->change[i].how != NONE; i++)
        if (vmx_vmread(row->change[i].field, &value) != VMX_SUCCEED)
            return false;
    return true;
}

// KVM's nested VMX doesn't look at all that belongs to a CPU which sleeps. It would enter the
// guest, and nothing would wake that up.
static bool may_sleep(const struct broken *row)
{
    bool sleeps = false;

    for (unsigned i = 0; i < CHANGES && row->change[i].how != NONE; i++)
        sleeps |=
            row->change[i].field == GUEST_ACTIVITY && row->change[i].value <= ACTIVITY_WAIT_SIPI;
    return sleeps && (cpuid(1, 0).ecx & CPUID_1_ECX_HYPERVISOR);
}

// Did VMWRITE take the bits? Some CPUs, and KVM with them, drop the reserved bits of access rights.
static bool holds_bits(const struct broken *row)
{
    for (unsigned i = 0; i < CHANGES && row->change[i].how != NONE; i++)
        if (row->change[i].how == ON &&
            (vmcs_read(row->change[i].field) & row->change[i].value) != row->change[i].value)
            return false;
    return true;
}

// The guest has no memory at all: if its CPU were entered, the first fetch would be an exit.
static void enter(struct vcpu *vcpu, enum vmcs_area area, const char *but)
{
    struct verdict verdict = try(vcpu);

    if (!ok_but(refused(area, verdict), but, "and the CPU refuses it"))
        kprintf("# status %u, number %lx\n", verdict.status, verdict.number);
}

// What vmcs_check() and the CPU say to a VMCS that is broken as `row` has it.
static void judge(struct vcpu *vcpu, enum vmcs_area area, const struct broken *row, const char *but)
{
    if (!holds_bits(row)) {
        suite_skip("this CPU drops reserved bits", vmcs_field_name(row->field));
        return;
    }
    ok(broken_found(vcpu->cap, area, row), "%s: %s", vmcs_field_name(row->field), row->rule);
    if (may_sleep(row))
        suite_skip("another hypervisor might let it sleep", "and the CPU refuses it");
    else
        enter(vcpu, area, but);
}

static void suite_row(const struct vmx_capability *cap, enum vmcs_area area,
                      const struct broken *row, const char *but)
{
    struct guest guest = {.name = "broken", .start = broken_start(row->mode, 0)};
    uint64_t old[CHANGES];
    struct vcpu vcpu;

    ept_create(&guest.ept);
    vcpu_create(&vcpu, cap, &guest);
    if (has_fields(row)) {
        broken_apply(row, old);
        judge(&vcpu, area, row, but);
    } else {
        suite_skip("this CPU has no such field", vmcs_field_name(row->field));
    }
    vcpu_destroy(&vcpu);
    guest_destroy(&guest);
}

static void suite_part(const struct vmx_capability *cap, const struct broken_part *part,
                       const char *but)
{
    for (unsigned i = 0; i < part->count; i++)
        suite_row(cap, part->area, &part->list[i], but);
}

void suite_broken(const struct vmx_capability *cap)
{
    suite_part(cap, &broken_controls, NULL);
    suite_part(cap, &broken_host, NULL);
    suite_part(cap, &broken_guest, NULL);
    suite_part(cap, &broken_segments, NULL);
    suite_part(cap, &broken_bochs, "Bochs 2.7 lacks this rule");
}
