// The report on an exit that nobody handles: see report.h.

#include "common/kvm/exits/report.h"

#include <stdbool.h>
#include <sys/ioctl.h>

#include "common/kvm/exits/exit.h"
#include "common/pc/x86.h"

static void report_segment(FILE *to, const char *name, const struct kvm_segment *segment)
{
    fprintf(to, "  %-3s %04x base %016llx limit %08x type %x dpl %u%s%s%s%s\n", name,
            segment->selector, segment->base, segment->limit, segment->type, segment->dpl,
            segment->l ? " 64-bit" : "", segment->db ? " 32-bit" : "",
            segment->present ? "" : " not present", segment->unusable ? " unusable" : "");
}

static void report_general_registers(FILE *to, const struct kvm_regs *r)
{
    fprintf(to, "  rip %016llx rflags %016llx\n", r->rip, r->rflags);
    fprintf(to, "  rax %016llx rbx %016llx rcx %016llx rdx %016llx\n", r->rax, r->rbx, r->rcx,
            r->rdx);
    fprintf(to, "  rsi %016llx rdi %016llx rbp %016llx rsp %016llx\n", r->rsi, r->rdi, r->rbp,
            r->rsp);
    fprintf(to, "  r8  %016llx r9  %016llx r10 %016llx r11 %016llx\n", r->r8, r->r9, r->r10,
            r->r11);
    fprintf(to, "  r12 %016llx r13 %016llx r14 %016llx r15 %016llx\n", r->r12, r->r13, r->r14,
            r->r15);
}

static void report_system_registers(FILE *to, const struct kvm_sregs *s)
{
    const char *mode = s->efer & EFER_LMA ? (s->cs.l ? "64-bit mode" : "compatibility mode")
                       : s->cr0 & CR0_PE  ? "protected mode"
                                          : "real mode";

    report_segment(to, "cs", &s->cs);
    report_segment(to, "ds", &s->ds);
    report_segment(to, "es", &s->es);
    report_segment(to, "fs", &s->fs);
    report_segment(to, "gs", &s->gs);
    report_segment(to, "ss", &s->ss);
    report_segment(to, "tr", &s->tr);
    report_segment(to, "ldt", &s->ldt);
    fprintf(to, "  gdt base %016llx limit %04x   idt base %016llx limit %04x\n", s->gdt.base,
            s->gdt.limit, s->idt.base, s->idt.limit);
    fprintf(to, "  cr0 %llx cr2 %llx cr3 %llx cr4 %llx efer %llx: %s, paging %s\n", s->cr0, s->cr2,
            s->cr3, s->cr4, s->efer, mode, s->cr0 & CR0_PG ? "on" : "off");
}

// The bytes that the guest was about to run: linear address by segment, physical by page tables.
static void report_code(FILE *to, int vcpu_fd, const struct kvm_regs *regs,
                        const struct kvm_sregs *sregs, const struct memory *memory)
{
    bool long_mode = (sregs->efer & EFER_LMA) && sregs->cs.l;
    uint64_t linear = long_mode ? regs->rip : (uint32_t)(sregs->cs.base + regs->rip);
    struct kvm_translation walk = {.linear_address = linear};
    const uint8_t *code = NULL;

    if (ioctl(vcpu_fd, KVM_TRANSLATE, &walk) == 0 && walk.valid)
        code = memory_at(memory, walk.physical_address, 1);
    fprintf(to, "  code at linear %llx:", (unsigned long long)linear);
    if (!code)
        fputs(" no memory there", to);
    for (unsigned i = 0; code && i < 16; i++) {
        code = memory_at(memory, walk.physical_address + i, 1);
        if (code)
            fprintf(to, " %02x", *code);
    }
    fputc('\n', to);
}

// On AMD the state of the guest is undefined after a triple fault, so KVM puts the vCPU back to
// where a reset leaves it. Source: AMD APM Vol. 2, "Shutdown Intercept".
static bool is_reset_state(const struct kvm_regs *regs, const struct kvm_sregs *sregs)
{
    return regs->rip == 0xFFF0 && sregs->cs.base == 0xFFFF0000;
}

void exit_report(FILE *to, int vcpu_fd, const struct kvm_run *run, const struct memory *memory)
{
    struct kvm_regs regs;
    struct kvm_sregs sregs;

    exit_explain(to, run);
    if (ioctl(vcpu_fd, KVM_GET_REGS, &regs) < 0 || ioctl(vcpu_fd, KVM_GET_SREGS, &sregs) < 0) {
        fputs("  no registers: KVM doesn't give them\n", to);
        return;
    }
    if (run->exit_reason == KVM_EXIT_SHUTDOWN && is_reset_state(&regs, &sregs))
        fputs("  the registers are those after a reset: AMD loses the guest's, and KVM resets it\n",
              to);
    report_general_registers(to, &regs);
    report_system_registers(to, &sregs);
    report_code(to, vcpu_fd, &regs, &sregs, memory);
}
