// Guests that mean harm, or know no better. Each must end in a report that names what it did, and
// the hypervisor must be there to run the next one.

#include "kernel/memory/page.h"
#include "test/suite/suite.h"
#include "vmm/memory/memory.h"
#include "vmm/run.h"
#include "vmm/vmx/reasons.h"
#include "vmm/vmx/vmcs.h"

#define SLOT             16  // bytes from one start to the next in vmx.asm, stray.asm, misuse.asm
#define PML4             0x1000  // of vmx.asm
#define VMX_INSTRUCTIONS 11
#define MISUSES          6
#define RAM              0x10000

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static void crashes(const struct vmx_capability *cap, struct guest *guest, enum exit_reason reason)
{
    enum vm_status status;
    struct vcpu vcpu;

    vcpu_create(&vcpu, cap, guest);
    vcpu.check_always = true;
    status = vcpu_run(&vcpu);
    ok(status == VM_CRASHED && vmcs_read(EXIT_REASON) == reason, "%s at %lx: stopped by %s",
       guest->name, guest->start.rip, exit_reason_name(reason));
    vcpu_destroy(&vcpu);
    guest_destroy(guest);
}

static void run(const struct vmx_capability *cap, const char *payload, struct guest_state start,
                enum exit_reason reason)
{
    struct guest guest;

    suite_guest(&guest, payload, start);
    guest_load_flat(&guest, payload, RAM);
    crashes(cap, &guest, reason);
}

// To a guest without an IDT, #UD is the end.
static void suite_vmx(const struct vmx_capability *cap)
{
    for (unsigned i = 0; i < VMX_INSTRUCTIONS; i++)
        run(cap, "vmx", guest_state_long(i * SLOT, PML4), REASON_TRIPLE_FAULT);
}

static void suite_stray(const struct vmx_capability *cap)
{
    static const enum exit_reason reasons[] = {REASON_IO, REASON_IO, REASON_IO, REASON_HLT};

    for (unsigned i = 0; i < COUNT(reasons); i++)
        run(cap, "stray", guest_state_real(0, 0, i * SLOT), reasons[i]);
}

// At each of its slots, and once with page tables there.
static void suite_misuse(const struct vmx_capability *cap)
{
    for (unsigned i = 0; i <= MISUSES; i++) {
        struct guest guest;

        suite_guest(&guest, "misuse",
                    i < MISUSES ? guest_state_real(0, 0, i * SLOT) : guest_state_long(0, RAM));
        guest_load_flat(&guest, "misuse", RAM);
        suite_pages(&guest, RAM, RAM);
        crashes(cap, &guest, REASON_EPT_VIOLATION);
    }
}

void suite_hostile(const struct vmx_capability *cap)
{
    run(cap, "triple", guest_state_real(0, 0, 0), REASON_TRIPLE_FAULT);
    run(cap, "triple", guest_state_real(0x8000, 0x80000, 0), REASON_EPT_VIOLATION);
    run(cap, "vmx", guest_state_long(0, 0x10000000), REASON_EPT_VIOLATION);
    suite_vmx(cap);
    suite_stray(cap);
    suite_misuse(cap);
}
