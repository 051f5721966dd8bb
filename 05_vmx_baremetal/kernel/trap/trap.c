// Exceptions: what to say before the machine ends.

#include "kernel/trap/trap.h"

#include "common/pc/x86.h"
#include "kernel/console/console.h"
#include "kernel/cpu.h"
#include "kernel/panic/backtrace.h"
#include "kernel/panic/panic.h"
#include "kernel/stack.h"

// SDM Vol. 3, "Exception and Interrupt Vectors".
static const char *const names[EXCEPTION_COUNT] = {
    [0] = "#DE divide error",
    [1] = "#DB debug",
    [2] = "NMI",
    [3] = "#BP breakpoint",
    [4] = "#OF overflow",
    [5] = "#BR bound range",
    [6] = "#UD invalid opcode",
    [7] = "#NM no FPU",
    [8] = "#DF double fault",
    [10] = "#TS invalid TSS",
    [11] = "#NP segment not present",
    [12] = "#SS stack segment",
    [13] = "#GP general protection",
    [14] = "#PF page fault",
    [16] = "#MF x87 error",
    [17] = "#AC alignment check",
    [18] = "#MC machine check",
    [19] = "#XM SIMD error",
    [20] = "#VE virtualization exception",
    [21] = "#CP control protection",
};

static const char *trap_name(uint64_t vector)
{
    if (vector >= EXCEPTION_COUNT)
        return "interrupt";
    return names[vector] ? names[vector] : "reserved exception";
}

// A stack that has run over ends in its guard page. RSP is just above it, or already inside.
static void explain_stack(uint64_t address)
{
    const char *name = stack_overflowed(address);

    if (name)
        kprintf("  the %s stack has overflowed into its guard page\n", name);
}

// The error code of a page fault (SDM Vol. 3, "Page-Fault Exceptions").
static void explain_page_fault(uint64_t error)
{
    uint64_t address = read_cr2();
    const char *access = error & 1u << 4 ? "executing" : error & 1u << 1 ? "writing" : "reading";

    kprintf("  %s 0x%lx, which is %s\n", access, address,
            error & 1 ? "mapped, but not for that" : "not mapped");
    explain_stack(address);
}

static void registers_print(const struct trap_frame *frame)
{
    kprintf("  rax %016lx rbx %016lx rcx %016lx rdx %016lx\n", frame->rax, frame->rbx, frame->rcx,
            frame->rdx);
    kprintf("  rsi %016lx rdi %016lx rbp %016lx rsp %016lx\n", frame->rsi, frame->rdi, frame->rbp,
            frame->rsp);
    kprintf("  r8  %016lx r9  %016lx r10 %016lx r11 %016lx\n", frame->r8, frame->r9, frame->r10,
            frame->r11);
    kprintf("  r12 %016lx r13 %016lx r14 %016lx r15 %016lx\n", frame->r12, frame->r13, frame->r14,
            frame->r15);
    kprintf("  rip %016lx rflags %08lx cs %04lx ss %04lx\n", frame->rip, frame->rflags, frame->cs,
            frame->ss);
    kprintf("  cr0 %08lx cr2 %016lx cr3 %016lx cr4 %08lx\n", read_cr0(), read_cr2(), read_cr3(),
            read_cr4());
}

void trap_handle(const struct trap_frame *frame)
{
    static int depth;

    if (depth++)  // the report itself is at fault
        host_end(VM_PANIC);
    kprintf("panic: %s (vector %lu, error code 0x%lx)\n", trap_name(frame->vector), frame->vector,
            frame->error);
    if (frame->vector == EXCEPTION_PF)
        explain_page_fault(frame->error);
    if (frame->vector == EXCEPTION_DF)
        explain_stack(frame->rsp);
    registers_print(frame);
    backtrace_print(frame->rip, frame->rbp);
    host_end(VM_PANIC);
}
