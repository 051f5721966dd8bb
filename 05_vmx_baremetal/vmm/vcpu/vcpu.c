// A virtual CPU: see vcpu.h.

#include "vmm/vcpu/vcpu.h"

#include <string.h>

#include "common/pc/x86.h"
#include "kernel/cpu.h"
#include "kernel/memory/page.h"
#include "kernel/memory/payload.h"
#include "kernel/panic/panic.h"
#include "kernel/trap/descriptor.h"
#include "vmm/memory/memory.h"
#include "vmm/vcpu/debug.h"
#include "vmm/vcpu/setup.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

// The hypervisor as it stands: that is what every exit comes back to.
static struct host_state host_state(void)
{
    if (cpuid(1, 0).ecx & CPUID_1_ECX_XSAVE) {
        write_cr4(read_cr4() | CR4_OSXSAVE);  // for the guest's XSETBV, which we carry out
        xsetbv(0, XCR0_X87);
    }
    return (struct host_state){
        .cr0 = read_cr0() & ~(CR0_EM | CR0_TS),  // the x87 is reached: exits/x87.c
        .cr3 = read_cr3(),
        .cr4 = read_cr4(),
        .efer = rdmsr(MSR_EFER),
        .pat = rdmsr(MSR_PAT),
        .gdt_base = descriptor_gdt_base(),
        .idt_base = descriptor_idt_base(),
        .tss_base = descriptor_tss_base(),
        .rip = (uint64_t)vcpu_exit,
    };
}

// With PAE paging the CPU holds the four PDPTEs in registers, which a MOV to CR3 loads. Our guest
// starts behind that instruction, so the VMCS has to bring them along.
static void set_pdptes(const struct guest *guest)
{
    const struct guest_state *start = &guest->start;
    const uint64_t *pdpt;

    if (!(start->cr0 & CR0_PG) || !(start->cr4 & CR4_PAE) || (start->efer & EFER_LMA))
        return;
    pdpt = memory_at(&guest->ept, start->cr3, 4 * sizeof(*pdpt));
    for (unsigned i = 0; pdpt && i < 4; i++)
        vmcs_write(GUEST_PDPTE0 + 2 * i, pdpt[i]);
}

void vcpu_create(struct vcpu *vcpu, const struct vmx_capability *cap, struct guest *guest)
{
    const struct host_state host = host_state();

    *vcpu = (struct vcpu){
        .cap = cap,
        .guest = guest,
        .xcr0 = XCR0_X87,
        .check_always = strcmp(option("check", ""), "always") == 0,
        .trace = strcmp(option("trace", ""), "1") == 0,
        .cost = strcmp(option("cost", ""), "") != 0,
    };
    vcpu->gpr[RSI] = guest->start.rsi;
    debug_reset();
    vcpu->msr_bitmap = page_alloc();
    msr_bitmap_fill(vcpu->msr_bitmap);
    vcpu->io_bitmap = page_alloc_run(IO_BITMAP_SIZE / PAGE_SIZE, 1);
    if (!vcpu->io_bitmap)
        panic("no memory for the I/O bitmaps");
    io_bitmap_fill(vcpu->io_bitmap, guest->ports, guest->port_count);

    vcpu->vmcs = vmcs_create(cap->basic);
    vmcs_set_controls(cap, ept_pointer(&guest->ept), virt_to_phys(vcpu->msr_bitmap),
                      virt_to_phys(vcpu->io_bitmap));
    vmcs_set_host(&host);
    vmcs_set_guest(cap, &guest->start);
    set_pdptes(guest);
    // An earlier guest may have had an EPT at the same address, and the same VPID.
    vmcs_drop_translations();
}

void vcpu_destroy(struct vcpu *vcpu)
{
    vmcs_destroy(vcpu->vmcs);
    page_free(vcpu->msr_bitmap);
    page_free_run(vcpu->io_bitmap, IO_BITMAP_SIZE / PAGE_SIZE);
}
