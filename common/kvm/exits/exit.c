// VM exits by name, and in a line. Source: KVM API, "The kvm_run structure".

#include "common/kvm/exits/exit.h"

#include <stdbool.h>

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

// The numbers by which some exits say more. KVM has kept 32 bits of AMD's, and in newer kernels
// keeps all 64. Source: SDM Vol. 3, "VM-Entry Failures During or After Loading Guest State" and "VM
// Instruction Error Numbers"; AMD APM Vol. 2, "Canonicalization and Consistency Checks".
struct number {
    uint32_t reason;
    uint64_t number;
    const char *name, *meaning;
};

static const struct number numbers[] = {
    // clang-format off
    {KVM_EXIT_SYSTEM_EVENT,   KVM_SYSTEM_EVENT_SHUTDOWN, "shutdown"},
    {KVM_EXIT_SYSTEM_EVENT,   KVM_SYSTEM_EVENT_RESET, "reset"},
    {KVM_EXIT_SYSTEM_EVENT,   KVM_SYSTEM_EVENT_CRASH, "crash"},
    {KVM_EXIT_INTERNAL_ERROR, KVM_INTERNAL_ERROR_EMULATION, "emulation failed",
     "KVM had to emulate an instruction and could not: often the guest has jumped to where there is "
     "no code"},
    {KVM_EXIT_INTERNAL_ERROR, KVM_INTERNAL_ERROR_SIMUL_EX, "simultaneous exceptions",
     "an exception arrived while another was delivered"},
    {KVM_EXIT_INTERNAL_ERROR, KVM_INTERNAL_ERROR_DELIVERY_EV, "event delivery",
     "an exit in the middle of delivering an interrupt or exception, often an IDT in unmapped memory"},
    {KVM_EXIT_INTERNAL_ERROR, KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON, "unexpected hardware exit",
     "the CPU reports an exit that KVM never asked for"},
    {KVM_EXIT_FAIL_ENTRY,     0x80000021, NULL, "Intel: invalid guest state"},
    {KVM_EXIT_FAIL_ENTRY,     0x80000022, NULL, "Intel: an MSR of the VM-entry MSR-load area"},
    {KVM_EXIT_FAIL_ENTRY,     7,          NULL, "Intel: invalid control fields in the VMCS"},
    {KVM_EXIT_FAIL_ENTRY,     8,          NULL, "Intel: invalid host state in the VMCS"},
    {KVM_EXIT_FAIL_ENTRY,     UINT32_MAX, NULL, "AMD: VMEXIT_INVALID, inconsistent guest state"},
    {KVM_EXIT_FAIL_ENTRY,     UINT64_MAX, NULL, "AMD: VMEXIT_INVALID, inconsistent guest state"},
    // clang-format on
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

// What the number in `run` means, if there is one.
static struct number number_of(const struct kvm_run *run)
{
    uint32_t reason = run->exit_reason;
    uint64_t number = run->internal.suberror;

    if (reason == KVM_EXIT_SYSTEM_EVENT)
        number = run->system_event.type;
    if (reason == KVM_EXIT_FAIL_ENTRY)
        number = run->fail_entry.hardware_entry_failure_reason;
    for (size_t i = 0; i < COUNT(numbers); i++)
        if (numbers[i].reason == reason && numbers[i].number == number)
            return numbers[i];
    return (struct number){.name = "unknown"};
}

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

static void trace_internal_error(FILE *to, const struct kvm_run *run)
{
    fprintf(to, "INTERNAL_ERROR suberror %u: %s", run->internal.suberror, number_of(run).name);
    if (run->internal.suberror == KVM_INTERNAL_ERROR_EMULATION)
        return;  // its data is for KVM's developers, but for the instruction: see exit_explain
    for (uint32_t i = 0; i < run->internal.ndata && i < COUNT(run->internal.data); i++)
        fprintf(to, " %llx", run->internal.data[i]);
}

void exit_trace(FILE *to, const struct kvm_run *run)
{
    switch (run->exit_reason) {
    case KVM_EXIT_IO: trace_io(to, run); break;
    case KVM_EXIT_MMIO: trace_mmio(to, run); break;
    case KVM_EXIT_SYSTEM_EVENT:
        fprintf(to, "SYSTEM_EVENT %u: %s", run->system_event.type, number_of(run).name);
        break;
    case KVM_EXIT_INTERNAL_ERROR: trace_internal_error(to, run); break;
    case KVM_EXIT_FAIL_ENTRY:
        fprintf(to, "FAIL_ENTRY hardware reason 0x%llx",
                run->fail_entry.hardware_entry_failure_reason);
        break;
    default: fprintf(to, "%s (%u)", exit_name(run->exit_reason), run->exit_reason); break;
    }
    fputc('\n', to);
}

// The instruction that KVM could not emulate, if it says which.
static void explain_emulation(FILE *to, const struct kvm_run *run)
{
    uint8_t size = run->emulation_failure.insn_size;

    if (run->emulation_failure.ndata < 3 ||
        !(run->emulation_failure.flags & KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES))
        return;
    fputs("  the instruction:", to);
    print_bytes(to, run->emulation_failure.insn_bytes, size <= 15 ? size : 15);
    fputc('\n', to);
}

void exit_explain(FILE *to, const struct kvm_run *run)
{
    uint32_t reason = run->exit_reason;
    const char *meaning = reason < COUNT(exits) ? exits[reason].meaning : NULL;
    struct number number = number_of(run);

    fprintf(to, "%s: %s\n  ", exit_name(reason),
            meaning ? meaning : "this program has no name for it");
    exit_trace(to, run);
    if (number.meaning || reason == KVM_EXIT_FAIL_ENTRY)
        fprintf(to, "  %s\n", number.meaning ? number.meaning : "see the CPU's manual");
    if (reason == KVM_EXIT_INTERNAL_ERROR && number.number == KVM_INTERNAL_ERROR_EMULATION)
        explain_emulation(to, run);
}
