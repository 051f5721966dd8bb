// The first register values of a 64-bit guest, and the MSR that firmware would have set.

#include "common/kvm/long_mode.h"

#include <stdio.h>
#include <stdlib.h>

#include "common/kvm/kvm.h"
#include "common/pc/linux/long_mode.h"
#include "common/pc/x86.h"

// The hidden part of a segment register: what the CPU would have read from the GDT.
static struct kvm_segment segment(uint16_t selector, uint8_t type, bool code)
{
    return (struct kvm_segment){
        .limit = 0xFFFFFFFF,
        .selector = selector,
        .type = type,
        .present = 1,
        .s = 1,  // code or data, not a system segment
        .g = 1,  // the limit counts pages
        .l = code,
        .db = !code,
    };
}

void vcpu_set_long_mode(struct vcpu *vcpu, const struct guest_ram *ram, uint64_t rip, uint64_t rsi)
{
    struct kvm_regs regs = {.rip = rip, .rsi = rsi, .rflags = RFLAGS_ONE};
    struct kvm_segment data = segment(LONG_MODE_DATA, SEGMENT_DATA, false);
    struct kvm_sregs sregs;

    long_mode_write(ram);

    KVM(vcpu->fd, KVM_GET_SREGS, &sregs);  // the rest stays as reset left it
    sregs.cs = segment(LONG_MODE_CODE, SEGMENT_CODE, true);
    sregs.ds = sregs.es = sregs.fs = sregs.gs = sregs.ss = data;
    sregs.gdt.base = LONG_MODE_GDT;
    sregs.gdt.limit = LONG_MODE_GDT_LIMIT;
    // 64-bit mode: paging needs PAE, and LMA says that LME took effect. A CPU sets it by itself
    // when paging is turned on; whoever writes the state from outside must.
    sregs.cr0 = CR0_PG | CR0_ET | CR0_PE;
    sregs.cr3 = LONG_MODE_PAGE_TABLE;
    sregs.cr4 = CR4_PAE;
    sregs.efer = EFER_LMA | EFER_LME;
    KVM(vcpu->fd, KVM_SET_SREGS, &sregs);
    KVM(vcpu->fd, KVM_SET_REGS, &regs);
}

void vcpu_set_fast_strings(struct vcpu *vcpu)
{
    union {
        struct kvm_msrs list;
        uint8_t room[sizeof(struct kvm_msrs) + sizeof(struct kvm_msr_entry)];
    } msrs = {.list = {.nmsrs = 1}};

    // Both calls return how many MSRs they got through.
    msrs.list.entries[0].index = MSR_MISC_ENABLE;
    if (KVM(vcpu->fd, KVM_GET_MSRS, &msrs) == 1) {
        msrs.list.entries[0].data |= MISC_ENABLE_FAST_STRING;
        if (KVM(vcpu->fd, KVM_SET_MSRS, &msrs) == 1)
            return;
    }
    fprintf(stderr, "vCPU %u: KVM refuses IA32_MISC_ENABLE\n", vcpu->id);
    exit(VM_REFUSED);
}
