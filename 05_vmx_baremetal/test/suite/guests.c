// Guests that look around: one in each mode that a guest can start in, one that climbs through them
// all, and one that watches its registers over exits. Each reports which of its checks failed.

#include <string.h>

#include "kernel/image_layout.h"
#include "kernel/memory/page.h"
#include "kernel/memory/payload.h"
#include "kernel/trap/pic.h"
#include "test/suite/suite.h"
#include "vmm/guests/host.h"
#include "vmm/memory/memory.h"
#include "vmm/run.h"
#include "vmm/vmx/vmcs.h"

#define RAM         (4u << 20)  // bytes at GPA 0
#define PDPT        0x1000      // where the guests' page tables begin
#define TICKS_START 0x1000
#define PML4        0x1000

static bool reaches(const struct guest *guest, uint64_t address)
{
    return ept_reaches(&guest->ept, address, address + PAGE_SIZE - 1);
}

// What the guest must never see: the hypervisor, its page tables for the guest, the VMCS.
static void is_apart(const struct vcpu *vcpu)
{
    const struct guest *guest = vcpu->guest;

    ok(!ept_reaches(&guest->ept, virt_to_phys(text_start), virt_to_phys(bss_end) - 1),
       "%s: can't reach the hypervisor", guest->name);
    ok(!reaches(guest, vcpu->vmcs) && !reaches(guest, virt_to_phys(vcpu->msr_bitmap)) &&
           !reaches(guest, virt_to_phys(guest->ept.root)),
       "%s: nor its VMCS, MSR bitmap and EPT", guest->name);
}

static void run_guest(const struct vmx_capability *cap, struct guest *guest, enum vm_status end)
{
    const char *payload = guest->name;
    enum vm_status status;
    struct vcpu vcpu;

    vcpu_create(&vcpu, cap, guest);
    // Not where time counts: on a CPU on which VMREAD is an exit of its own, as under KVM, the
    // checks take longer than a tick, and the guest would never get to its next instruction.
    vcpu.check_always = !guest->pic;
    is_apart(&vcpu);
    status = vcpu_run(&vcpu);
    suite_print_end(payload, status);
    ok(status == end, "%s: ends %s, status %u", payload,
       end == VM_POWERED_OFF ? "in HLT" : "with a report", status);
    if (end == VM_POWERED_OFF)
        ok(suite_result() == 0, "%s: every check holds, result %u", payload, suite_result());
    vcpu_destroy(&vcpu);
    guest_destroy(guest);
}

static void run(const struct vmx_capability *cap, const char *payload, struct guest_state start,
                enum vm_status end)
{
    struct guest guest;

    suite_guest(&guest, payload, start);
    guest_load_flat(&guest, payload, RAM);
    run_guest(cap, &guest, end);
}

// The timer of the machine, interrupt controllers of the guest's own, and an empty bus. The program
// stands behind the interrupt vectors of real mode.
static void run_timer(const struct vmx_capability *cap, const char *payload)
{
    static struct pic pic;
    static struct port_range with_timer[SUITE_PORTS + 3] = {
        {PIC_PORT_FIRST_COMMAND, PIC_PORT_FIRST_DATA, "8259", pic_in, pic_out, &pic.first},
        {PIC_PORT_SECOND_COMMAND, PIC_PORT_SECOND_DATA, "8259", pic_in, pic_out, &pic.second},
        {PIT_FIRST, PIT_LAST, "PIT of the machine", host_in, host_out, HOST_PORT(PIT_FIRST)},
    };
    struct payload file = payload_get(payload);
    struct guest guest;

    suite_guest(&guest, payload, guest_state_real(0, 0, TICKS_START));
    memory_add(&guest.ept, 0, RAM);
    memcpy(memory_at(&guest.ept, TICKS_START, file.size), file.data, file.size);
    guest.empty_bus = true;
    guest_bus(&guest);
    pic_reset(&pic);
    guest.pic = &pic;
    guest.irqs = 1 << PIT_IRQ;
    memcpy(with_timer + 3, suite_ports, sizeof(suite_ports));
    guest.ports = with_timer;
    guest.port_count = sizeof(with_timer) / sizeof(with_timer[0]);
    pic_unmask(PIT_IRQ);
    run_guest(cap, &guest, VM_POWERED_OFF);
    pic_init();  // masked again
}

void suite_guests(const struct vmx_capability *cap)
{
    struct guest_state protected_mode = guest_state_protected(0);

    protected_mode.rsp = RAM;
    run(cap, "protected", protected_mode, VM_POWERED_OFF);
    run(cap, "pae", guest_state_pae(0, PDPT), VM_POWERED_OFF);
    run(cap, "long", guest_state_long(0, PML4), VM_POWERED_OFF);
    run(cap, "registers", guest_state_long(0, PML4), VM_POWERED_OFF);
    run(cap, "faults", guest_state_long(0, PML4), VM_POWERED_OFF);
    run(cap, "climb", guest_state_real(0, 0, 0), VM_POWERED_OFF);
    run(cap, "activate", protected_mode, VM_POWERED_OFF);
    run(cap, "segments", protected_mode, VM_POWERED_OFF);
    run(cap, "stale", protected_mode, VM_POWERED_OFF);
    run(cap, "tasks", protected_mode, VM_CRASHED);
    run_timer(cap, "ticks");
    run_timer(cap, "reinject");
}
