// VM exits by name, and the report on one that ends the program. Source: KVM API, "The kvm_run
// structure".

#include "common/kvm/exit.h"
#include "common/pc/x86.h"

#include <stdbool.h>
#include <sys/ioctl.h>

// What an exit is called, and what it means when nobody expected it.
static const struct {
    const char *name, *meaning;
} exits[] = {
#define EXIT(reason, meaning) [KVM_EXIT_##reason] = {"KVM_EXIT_" #reason, meaning}
    // clang-format off
    EXIT(UNKNOWN,        "the CPU left the guest for a reason that KVM doesn't know"),
    EXIT(EXCEPTION,      "an exception that KVM passes on"),
    EXIT(IO,             "the guest uses an I/O port that this program doesn't serve"),
    EXIT(HYPERCALL,      "the guest calls the hypervisor"),
    EXIT(DEBUG,          "a breakpoint or a single step"),
    EXIT(HLT,            "the guest waits for an interrupt, and nothing here sends one"),
    EXIT(MMIO,           "the guest touches an address at which there is no memory"),
    EXIT(IRQ_WINDOW_OPEN, "the guest can take an interrupt now"),
    EXIT(SHUTDOWN,       "triple fault: an exception, another one on the way to its handler, "
                         "and a third on the way to that one's"),
    EXIT(FAIL_ENTRY,     "the CPU refused to enter the guest: the state of the vCPU is invalid"),
    EXIT(INTR,           "a signal interrupted KVM_RUN"),
    EXIT(SET_TPR,        "the guest changed its task priority"),
    EXIT(TPR_ACCESS,     "the guest touches its task priority"),
    EXIT(NMI,            "a non-maskable interrupt of the host"),
    EXIT(INTERNAL_ERROR, "KVM itself gave up"),
    EXIT(SYSTEM_EVENT,   "the guest asks for a system event"),
    EXIT(IOAPIC_EOI,     "the end of an interrupt, for an I/O APIC in user space"),
    EXIT(HYPERV,         "a Hyper-V call"),
    EXIT(X86_RDMSR,      "the guest reads a model-specific register that KVM doesn't serve"),
    EXIT(X86_WRMSR,      "the guest writes a model-specific register that KVM doesn't serve"),
    EXIT(DIRTY_RING_FULL, "the log of changed pages is full"),
    EXIT(X86_BUS_LOCK,   "the guest locked the bus"),
    EXIT(XEN,            "a Xen call"),
// clang-format on
#undef EXIT
};

static const struct {
    const char *name, *meaning;
} internal_errors[] = {
    [KVM_INTERNAL_ERROR_EMULATION] = {"emulation failed",
                                      "KVM had to emulate an instruction and could not: often the "
                                      "guest has jumped to where there is no code"},
    [KVM_INTERNAL_ERROR_SIMUL_EX] = {"simultaneous exceptions",
                                     "an exception arrived while another was delivered"},
    [KVM_INTERNAL_ERROR_DELIVERY_EV] = {"event delivery",
                                        "an exit in the middle of delivering an interrupt or "
                                        "exception, often an IDT in unmapped memory"},
    [KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON] = {"unexpected hardware exit",
                                                   "the CPU reports an exit that KVM never asked "
                                                   "for"},
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

const char *exit_name(uint32_t reason)
{
    return reason < COUNT(exits) && exits[reason].name ? exits[reason].name : "unknown exit reason";
}

static void print_bytes(FILE *to, const uint8_t *bytes, uint64_t count)
{
    for (uint64_t i = 0; i < count; i++)
        fprintf(to, " %02x", bytes[i]);
}

static void trace_io(FILE *to, const struct kvm_run *run)
{
    bool out = run->io.direction == KVM_EXIT_IO_OUT;

    fprintf(to, "IO %s 0x%04x size %u count %u", out ? "out" : "in", run->io.port, run->io.size,
            run->io.count);
    if (out) {
        fputc(':', to);
        print_bytes(to, (const uint8_t *)run + run->io.data_offset,
                    (uint64_t)run->io.size * run->io.count);
    }
}

static void trace_mmio(FILE *to, const struct kvm_run *run)
{
    fprintf(to, "MMIO %s 0x%llx size %u", run->mmio.is_write ? "write" : "read",
            run->mmio.phys_addr, run->mmio.len);
    if (run->mmio.is_write) {
        fputc(':', to);
        print_bytes(to, run->mmio.data, run->mmio.len <= 8 ? run->mmio.len : 8);
    }
}

static void trace_system_event(FILE *to, const struct kvm_run *run)
{
    static const char *const names[] = {
        [KVM_SYSTEM_EVENT_SHUTDOWN] = "shutdown",
        [KVM_SYSTEM_EVENT_RESET] = "reset",
        [KVM_SYSTEM_EVENT_CRASH] = "crash",
    };
    uint32_t type = run->system_event.type;

    fprintf(to, "SYSTEM_EVENT %u: %s", type,
            type < COUNT(names) && names[type] ? names[type] : "unknown");
}

static void trace_internal_error(FILE *to, const struct kvm_run *run)
{
    uint32_t suberror = run->internal.suberror;

    fprintf(to, "INTERNAL_ERROR suberror %u: %s", suberror,
            suberror < COUNT(internal_errors) && internal_errors[suberror].name
                ? internal_errors[suberror].name
                : "unknown");
    if (suberror == KVM_INTERNAL_ERROR_EMULATION)
        return;  // its data is for KVM's developers, but for the instruction: see report_details
    for (uint32_t i = 0; i < run->internal.ndata && i < COUNT(run->internal.data); i++)
        fprintf(to, " %llx", run->internal.data[i]);
}

void exit_trace(FILE *to, const struct kvm_run *run)
{
    switch (run->exit_reason) {
    case KVM_EXIT_IO: trace_io(to, run); break;
    case KVM_EXIT_MMIO: trace_mmio(to, run); break;
    case KVM_EXIT_SYSTEM_EVENT: trace_system_event(to, run); break;
    case KVM_EXIT_INTERNAL_ERROR: trace_internal_error(to, run); break;
    case KVM_EXIT_FAIL_ENTRY:
        fprintf(to, "FAIL_ENTRY hardware reason 0x%llx",
                run->fail_entry.hardware_entry_failure_reason);
        break;
    default: fprintf(to, "%s (%u)", exit_name(run->exit_reason), run->exit_reason); break;
    }
    fputc('\n', to);
}

// What the hardware meant when it refused the entry. Intel reports a VM-entry failure with bit 31
// of the exit reason, or a VM-instruction error; AMD only VMEXIT_INVALID.
// Source: SDM Vol. 3, "VM-Entry Failures During or After Loading Guest State" and "VM Instruction
// Error Numbers"; AMD APM Vol. 2, "Canonicalization and Consistency Checks".
static const char *fail_entry_meaning(uint64_t reason)
{
    switch (reason) {
    case 0x80000021: return "Intel: invalid guest state";
    case 0x80000022: return "Intel: an MSR of the VM-entry MSR-load area";
    case 7: return "Intel: invalid control fields in the VMCS";
    case 8: return "Intel: invalid host state in the VMCS";
    case 0xFFFFFFFF:  // KVM has kept 32 bits of it, and in newer kernels keeps all 64
    case 0xFFFFFFFFFFFFFFFF: return "AMD: VMEXIT_INVALID, inconsistent guest state";
    default: return "see the CPU's manual";
    }
}

// The lines of a report that only one kind of exit has.
static void report_details(FILE *to, const struct kvm_run *run)
{
    uint32_t suberror = run->internal.suberror;

    if (run->exit_reason == KVM_EXIT_FAIL_ENTRY)
        fprintf(to, "  %s\n", fail_entry_meaning(run->fail_entry.hardware_entry_failure_reason));
    if (run->exit_reason != KVM_EXIT_INTERNAL_ERROR)
        return;
    if (suberror < COUNT(internal_errors) && internal_errors[suberror].meaning)
        fprintf(to, "  %s\n", internal_errors[suberror].meaning);
    if (suberror == KVM_INTERNAL_ERROR_EMULATION && run->emulation_failure.ndata >= 3 &&
        (run->emulation_failure.flags & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES)) {
        uint8_t size = run->emulation_failure.insn_size;

        fputs("  the instruction:", to);
        print_bytes(to, run->emulation_failure.insn_bytes, size <= 15 ? size : 15);
        fputc('\n', to);
    }
}

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
            print_bytes(to, code, 1);
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
    uint32_t reason = run->exit_reason;

    fprintf(to, "%s: %s\n  ", exit_name(reason),
            reason < COUNT(exits) && exits[reason].meaning ? exits[reason].meaning
                                                           : "this program has no name for it");
    exit_trace(to, run);
    report_details(to, run);
    if (ioctl(vcpu_fd, KVM_GET_REGS, &regs) < 0 || ioctl(vcpu_fd, KVM_GET_SREGS, &sregs) < 0) {
        fputs("  no registers: KVM doesn't give them\n", to);
        return;
    }
    if (reason == KVM_EXIT_SHUTDOWN && is_reset_state(&regs, &sregs))
        fputs("  the registers are those after a reset: AMD loses the guest's, and KVM resets it\n",
              to);
    report_general_registers(to, &regs);
    report_system_registers(to, &sregs);
    report_code(to, vcpu_fd, &regs, &sregs, memory);
}
