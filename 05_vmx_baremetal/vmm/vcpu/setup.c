// Filling a VMCS: see setup.h. A fresh VMCS holds nothing in particular (that its page was
// zeroed means little, the format being the CPU's own), so every field that is in use is written.

#include "vmm/vcpu/setup.h"

#include "kernel/cpu.h"
#include "kernel/trap/descriptor.h"
#include "vmm/vmx/controls.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

#define VPID_GUEST 1  // 0 is the host

// Each segment register has four fields, in four groups with the same order.
#define SEGMENT_STEP 2

static void set_control(const struct vmx_capability *cap, enum control_kind kind,
                        enum vmcs_field field, uint32_t wanted)
{
    uint32_t refused;

    // Nothing is refused: vmx_on() has asked for every bit by name.
    vmcs_write(field, control_value(cap, kind, wanted, &refused));
}

void vmcs_set_controls(const struct vmx_capability *cap, uint64_t eptp, uint64_t msr_bitmap,
                       uint64_t io_bitmap)
{
    set_control(cap, CONTROL_PIN, PIN_CONTROLS, NEED_PIN);
    set_control(cap, CONTROL_CPU, CPU_CONTROLS, NEED_CPU);
    set_control(cap, CONTROL_CPU2, CPU2_CONTROLS,
                NEED_CPU2 | (WANT_CPU2 & (uint32_t)(cap->cpu2 >> 32)));
    set_control(cap, CONTROL_EXIT, EXIT_CONTROLS, NEED_EXIT);
    set_control(cap, CONTROL_ENTRY, ENTRY_CONTROLS, NEED_ENTRY);

    vmcs_write(EPT_POINTER, eptp);
    vmcs_write(VPID, VPID_GUEST);
    vmcs_write(MSR_BITMAP, msr_bitmap);
    vmcs_write(IO_BITMAP_A, io_bitmap);
    vmcs_write(IO_BITMAP_B, io_bitmap + IO_BITMAP_SIZE / 2);

    if (vmcs_cpu2_controls() & CPU2_ENCLS)
        vmcs_write(ENCLS_EXITING_BITMAP, ~0ull);  // every leaf
    if (vmcs_cpu2_controls() & CPU2_ENCLV)
        vmcs_write(ENCLV_EXITING_BITMAP, ~0ull);
    vmcs_write(PAGE_FAULT_MASK, 0);
    vmcs_write(PAGE_FAULT_MATCH, 0);
    vmcs_write(CR3_TARGET_COUNT, 0);
    vmcs_write(TSC_OFFSET, 0);
    vmcs_write(PREEMPTION_TIMER, PREEMPTION_TIMER_MAX);
    vmcs_write(EXIT_MSR_STORE_COUNT, 0);
    vmcs_write(EXIT_MSR_LOAD_COUNT, 0);
    vmcs_write(ENTRY_MSR_LOAD_COUNT, 0);
    vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
    vmcs_write(ENTRY_EXCEPTION_ERROR_CODE, 0);
    vmcs_write(ENTRY_INSTRUCTION_LENGTH, 0);
}

void vmcs_set_host(const struct host_state *host)
{
    vmcs_write(HOST_CR0, host->cr0);
    vmcs_write(HOST_CR3, host->cr3);
    vmcs_write(HOST_CR4, host->cr4);
    vmcs_write(HOST_EFER, host->efer);
    vmcs_write(HOST_PAT, host->pat);

    vmcs_write(HOST_CS, SELECTOR_CODE);
    for (enum vmcs_field field = HOST_SS; field <= HOST_GS; field += SEGMENT_STEP)
        vmcs_write(field, SELECTOR_DATA);
    vmcs_write(HOST_ES, SELECTOR_DATA);
    vmcs_write(HOST_TR, SELECTOR_TSS);
    vmcs_write(HOST_FS_BASE, 0);
    vmcs_write(HOST_GS_BASE, 0);
    vmcs_write(HOST_TR_BASE, host->tss_base);
    vmcs_write(HOST_GDTR_BASE, host->gdt_base);
    vmcs_write(HOST_IDTR_BASE, host->idt_base);

    vmcs_write(HOST_SYSENTER_CS, 0);  // the hypervisor has no ring 3 to be called from
    vmcs_write(HOST_SYSENTER_ESP, 0);
    vmcs_write(HOST_SYSENTER_EIP, 0);
    vmcs_write(HOST_RIP, host->rip);
}

// `which` counts as the fields do: ES 0, CS 1, SS 2, DS 3, FS 4, GS 5, LDTR 6, TR 7.
static void set_segment(unsigned which, struct segment segment)
{
    unsigned step = which * SEGMENT_STEP;

    vmcs_write(GUEST_ES + step, segment.selector);
    vmcs_write(GUEST_ES_BASE + step, segment.base);
    vmcs_write(GUEST_ES_LIMIT + step, segment.limit);
    vmcs_write(GUEST_ES_ACCESS + step, segment.access);
}

static void set_segments(const struct guest_state *state)
{
    const struct segment ldt = {.access = ACCESS_UNUSABLE};
    const struct segment tss = {.limit = 0xFFFF, .access = SEGMENT_TSS | ACCESS_P};
    enum { ES, CS, SS, DS, FS, GS, LDTR, TR };

    for (unsigned which = ES; which <= GS; which++)
        set_segment(which, which == CS ? state->code : state->data);
    set_segment(LDTR, ldt);
    set_segment(TR, tss);
    vmcs_write(GUEST_GDTR_BASE, state->gdt_base);
    vmcs_write(GUEST_GDTR_LIMIT, state->gdt_limit);
    vmcs_write(GUEST_IDTR_BASE, 0);
    vmcs_write(GUEST_IDTR_LIMIT, 0xFFFF);
}

// The bits of CR0 and CR4 in the masks are ours: the guest reads them from the shadow, and writing
// another value than the shadow's is an exit. They are those that VMX operation fixes, and CD and
// NW, which would stay in force for us too: an exit doesn't touch them. MCE is on, so that a
// machine check while the guest runs is an exit. With NE = 0, #MF has to be one: exits/x87.c.
static void set_control_registers(const struct vmx_capability *cap, const struct guest_state *state)
{
    uint64_t fixed0 = cap->cr0_fixed0 & ~(CR0_PE | CR0_PG);  // free in an unrestricted guest
    uint64_t uncached = CR0_CD | CR0_NW;

    vmcs_write(EXCEPTION_BITMAP, BIT(EXCEPTION_MC) | (state->cr0 & CR0_NE ? 0 : BIT(EXCEPTION_MF)));
    vmcs_write(GUEST_CR0, (state->cr0 & ~uncached) | fixed0);
    vmcs_write(CR0_SHADOW, state->cr0);
    vmcs_write(CR0_MASK, fixed0 | uncached);
    vmcs_write(GUEST_CR3, state->cr3);
    vmcs_write(GUEST_CR4, state->cr4 | cap->cr4_fixed0 | CR4_MCE);
    vmcs_write(CR4_SHADOW, state->cr4);
    vmcs_write(CR4_MASK, cap->cr4_fixed0 | ~CR4_GUEST);
}

void vmcs_set_guest(const struct vmx_capability *cap, const struct guest_state *state)
{
    uint64_t entry = vmcs_read(ENTRY_CONTROLS) & ~(uint64_t)ENTRY_GUEST_64;

    vmcs_write(ENTRY_CONTROLS, entry | (state->efer & EFER_LMA ? ENTRY_GUEST_64 : 0));
    set_control_registers(cap, state);
    set_segments(state);
    vmcs_write(GUEST_RIP, state->rip);
    vmcs_write(GUEST_RSP, state->rsp);
    vmcs_write(GUEST_RFLAGS, state->rflags);
    vmcs_write(GUEST_DR7, DR7_RESET);
    vmcs_write(GUEST_EFER, state->efer);
    vmcs_write(GUEST_PAT, PAT_RESET);
    vmcs_write(GUEST_DEBUGCTL, 0);
    vmcs_write(GUEST_SYSENTER_CS, 0);
    vmcs_write(GUEST_SYSENTER_ESP, 0);
    vmcs_write(GUEST_SYSENTER_EIP, 0);
    vmcs_write(GUEST_ACTIVITY, ACTIVITY_ACTIVE);
    vmcs_write(GUEST_INTERRUPTIBILITY, 0);
    vmcs_write(GUEST_PENDING_DEBUG, 0);
    vmcs_write(VMCS_LINK_POINTER, ~0ull);  // no VMCS shadowing
    for (enum vmcs_field field = GUEST_PDPTE0; field <= GUEST_PDPTE3; field += 2)
        vmcs_write(field, 0);
}
