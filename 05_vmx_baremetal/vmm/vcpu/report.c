// Reports on a guest: see report.h.

#include "vmm/vcpu/report.h"

#include <string.h>

#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "kernel/memory/payload.h"
#include "vmm/memory/memory.h"
#include "vmm/vcpu/debug.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vmx/reasons.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

#define BYTES_AT_RIP 16

static void report_gprs(const struct vcpu *vcpu)
{
    static const char *const names[GPRS] = {"rax", "rcx", "rdx", "rbx", "rsp", "rbp", "rsi", "rdi",
                                            "r8",  "r9",  "r10", "r11", "r12", "r13", "r14", "r15"};

    kprintf("  rip %016lx  rflags %016lx\n", vmcs_read(GUEST_RIP), vmcs_read(GUEST_RFLAGS));
    for (unsigned i = 0; i < GPRS; i++)
        kprintf("%s%-3s %016lx%s", i % 4 ? "" : "  ", names[i],
                i == RSP ? vmcs_read(GUEST_RSP) : vcpu->gpr[i], i % 4 == 3 ? "\n" : "  ");
}

// The eight segment registers stand in the same order in each of their four groups of fields.
static void report_segments(void)
{
    static const char *const names[] = {"es", "cs", "ss", "ds", "fs", "gs", "ldtr", "tr"};

    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++)
        kprintf("  %-4s %04lx base %016lx limit %08lx access %05lx\n", names[i],
                vmcs_read(GUEST_ES + 2 * i), vmcs_read(GUEST_ES_BASE + 2 * i),
                vmcs_read(GUEST_ES_LIMIT + 2 * i), vmcs_read(GUEST_ES_ACCESS + 2 * i));
    kprintf("  gdtr base %016lx limit %04lx  idtr base %016lx limit %04lx\n",
            vmcs_read(GUEST_GDTR_BASE), vmcs_read(GUEST_GDTR_LIMIT), vmcs_read(GUEST_IDTR_BASE),
            vmcs_read(GUEST_IDTR_LIMIT));
}

static void report_system(const struct vcpu *vcpu)
{
    const struct debug_registers debug = debug_read();

    kprintf("  cr0 %08lx  cr2 %016lx  cr3 %016lx  cr4 %08lx  efer %03lx\n", vmcs_read(GUEST_CR0),
            vcpu->cr2, vmcs_read(GUEST_CR3), vmcs_read(GUEST_CR4), vmcs_read(GUEST_EFER));
    kprintf("  dr0 %lx dr1 %lx dr2 %lx dr3 %lx dr6 %lx dr7 %lx\n", debug.dr[0], debug.dr[1],
            debug.dr[2], debug.dr[3], debug.dr6, vmcs_read(GUEST_DR7));
    kprintf("  activity %lu  interruptibility %lx  pending debug %lx\n", vmcs_read(GUEST_ACTIVITY),
            vmcs_read(GUEST_INTERRUPTIBILITY), vmcs_read(GUEST_PENDING_DEBUG));
    kprintf("  exit qualification %lx  instruction length %lu  information %lx\n",
            vmcs_read(EXIT_QUALIFICATION), vmcs_read(EXIT_INSTRUCTION_LENGTH),
            vmcs_read(EXIT_INSTRUCTION_INFO));
    kprintf("  interruption %lx  IDT vectoring %lx\n", vmcs_read(EXIT_INTERRUPTION_INFO),
            vmcs_read(IDT_VECTORING_INFO));
}

// The byte of code at `linear`, or NULL: the guest has no page there, or EPT no memory.
static const uint8_t *code_at(const struct vcpu *vcpu, uint64_t linear)
{
    const struct guest_paging paging = guest_paging_now(vcpu);
    uint64_t gpa;

    if (!guest_translate(&vcpu->guest->ept, &paging, linear, &gpa))
        return NULL;
    return memory_at(&vcpu->guest->ept, gpa, 1);
}

static void report_code(const struct vcpu *vcpu)
{
    uint64_t linear = vmcs_read(GUEST_CS_BASE) + vmcs_read(GUEST_RIP);

    kprintf("  code:");
    for (unsigned i = 0; i < BYTES_AT_RIP; i++) {
        const uint8_t *byte = code_at(vcpu, linear + i);

        if (byte)
            kprintf(" %02x", *byte);
        else
            kprintf(" ??");
    }
    kprintf("\n");
}

static void report_registers(const struct vcpu *vcpu)
{
    report_gprs(vcpu);
    report_segments();
    report_system(vcpu);
    report_code(vcpu);
}

static void report_walk(const struct vcpu *vcpu, uint64_t gpa)
{
    static const char *const names[EPT_LEVELS] = {"PML4E", "PDPTE", "PDE", "PTE"};
    struct ept_walk walk = ept_walk(&vcpu->guest->ept, gpa);

    for (unsigned i = 0; i < walk.depth; i++) {
        const char *fault = ept_entry_fault(vcpu->cap, walk.entry[i], EPT_LEVELS - i);
        uint64_t entry = walk.entry[i];

        kprintf("  %-5s %016lx %c%c%c%s%s\n", names[i], entry, entry & EPT_READ ? 'r' : '-',
                entry & EPT_WRITE ? 'w' : '-', entry & EPT_EXECUTE ? 'x' : '-', fault ? ": " : "",
                fault ? fault : "");
    }
    if (ept_is_memory(&vcpu->guest->ept, &walk))
        kprintf("  leads to HPA %lx, in a page of %lu KiB\n", walk.hpa, walk.page_size >> 10);
    else if (walk.mapped)
        kprintf("  leads nowhere: an empty bus, which reads as ones\n");
    else
        kprintf("  leads nowhere: a hole of %lu KiB\n", walk.page_size >> 10);
}

static void report_ept(const struct vcpu *vcpu)
{
    bool violation = EXIT_BASIC_REASON(vmcs_read(EXIT_REASON)) == REASON_EPT_VIOLATION;
    uint64_t gpa = vmcs_read(GUEST_PHYSICAL_ADDRESS);
    uint64_t access = vmcs_read(EXIT_QUALIFICATION);

    // After a misconfiguration the qualification and the linear address mean nothing.
    if (violation)
        kprintf("  access:%s%s%s%s\n", access & VIOLATION_READ ? " read" : "",
                access & VIOLATION_WRITE ? " write" : "", access & VIOLATION_FETCH ? " fetch" : "",
                (access & VIOLATION_LINEAR_VALID) && !(access & VIOLATION_TRANSLATED)
                    ? ", while the guest's page tables were read"
                    : "");
    kprintf("  GPA %lx", gpa);
    if (violation && (access & VIOLATION_LINEAR_VALID))
        kprintf(", linear address %lx", vmcs_read(GUEST_LINEAR_ADDRESS));
    kprintf("\n");
    report_walk(vcpu, gpa);
}

static void report_stop(const struct vcpu *vcpu, const char *why, va_list args)
{
    uint32_t reason = EXIT_BASIC_REASON(vmcs_read(EXIT_REASON));

    kprintf("guest \"%s\" stopped at CS:RIP %04lx:%lx after %lu exits: %s (exit reason %u)\n",
            vcpu->guest->name, vmcs_read(GUEST_CS), vmcs_read(GUEST_RIP), vcpu->exits,
            exit_reason_name(reason), reason);
    kprintf("  ");
    kvprintf(why, args);
    kprintf("\n");
    report_registers(vcpu);
    if (reason == REASON_EPT_VIOLATION || reason == REASON_EPT_MISCONFIG)
        report_ept(vcpu);
}

enum resume guest_crash(struct vcpu *vcpu, const char *why, ...)
{
    va_list args;

    va_start(args, why);
    report_stop(vcpu, why, args);
    va_end(args);
    vcpu->status = VM_CRASHED;
    return RESUME_STOP;
}

enum resume vmm_bug(struct vcpu *vcpu, const char *why, ...)
{
    va_list args;

    va_start(args, why);
    report_stop(vcpu, why, args);
    va_end(args);
    vcpu->status = VM_PANIC;
    return RESUME_STOP;
}

void report_refused(const struct vcpu *vcpu, enum vmx_status status)
{
    uint32_t error = status == VMX_FAIL_VALID ? (uint32_t)vmcs_read(VM_INSTRUCTION_ERROR) : 0;

    kprintf("%s refused: %s (%u)\n", vcpu->launched ? "VMRESUME" : "VMLAUNCH",
            error ? vmx_error_name(error) : "there is no current VMCS", error);
    if (error)
        vmcs_dump();
}

void report_exit(const struct vcpu *vcpu)
{
    uint32_t reason = EXIT_BASIC_REASON(vmcs_read(EXIT_REASON));

    kprintf("exit %lu at %04lx:%lx: %s, qualification %lx\n", vcpu->exits, vmcs_read(GUEST_CS),
            vmcs_read(GUEST_RIP), exit_reason_name(reason), vmcs_read(EXIT_QUALIFICATION));
}

void report_stats_if_asked(const struct vcpu *vcpu)
{
    uint64_t left[REASON_COUNT];

    if (strcmp(option("stats", ""), "1") != 0)
        return;
    memcpy(left, vcpu->exits_by_reason, sizeof(left));
    for (;;) {
        unsigned most = 0;

        for (unsigned i = 1; i < REASON_COUNT; i++)
            if (left[i] > left[most])
                most = i;
        if (!left[most])
            break;
        kprintf("  %10lu %s\n", left[most], exit_reason_name(most));
        left[most] = 0;
    }
    for (size_t i = 0; i < vcpu->guest->page_count; i++)
        kprintf("  %10lu of them at the %s\n", vcpu->exits_by_page[i], vcpu->guest->pages[i].name);
    if (vcpu->guest->unclaimed)
        kprintf("  %10lu of them at ports of nobody\n", vcpu->guest->unclaimed);
}
