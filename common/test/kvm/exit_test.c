// Exits by name, their trace lines, and the report on one that nobody handles, for exits made by
// hand: no KVM is needed.

#include "common/kvm/exits/exit.h"

#include <stdlib.h>

#include "common/kvm/exits/report.h"
#include "common/test/tap.h"

#define NO_VCPU     (-1)  // so that the report has no registers
#define DATA_OFFSET 4096  // where KVM, too, puts the data of port I/O: behind struct kvm_run

static union {
    struct kvm_run run;
    uint8_t bytes[DATA_OFFSET + 64];
} page;

static struct kvm_run *const run = &page.run;

static void exit_make(uint32_t reason)
{
    memset(&page, 0, sizeof(page));
    run->exit_reason = reason;
}

// What `exit_trace` or `exit_report` prints for the exit in `page`. The caller frees it.
static char *printed(bool report)
{
    static const struct memory no_memory;
    char *text = NULL;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    if (!to) {
        perror("open_memstream");
        exit(1);
    }
    if (report)
        exit_report(to, NO_VCPU, run, &no_memory);
    else
        exit_trace(to, run);
    fclose(to);
    return text;
}

static void traces(const char *wanted)
{
    char *text = printed(false), line[256];

    snprintf(line, sizeof(line), "%s\n", wanted);
    is_str(text, line, wanted);
    free(text);
}

// The report has the line `wanted`, and says that there are no registers.
static void reports(const char *wanted)
{
    char *text = printed(true), line[512];

    snprintf(line, sizeof(line), "\n%s", text);  // so that the first line begins like the others
    if (!ok(strstr(line, wanted) != NULL, "the report says \"%s\"", wanted + 1))
        printf("# it says: %s\n", text);
    ok(strstr(text, "\n  no registers: ") != NULL, "and has no registers to show");
    free(text);
}

static void reports_no_instruction(const char *what)
{
    char *text = printed(true);

    ok(!strstr(text, "the instruction:"), "%s", what);
    free(text);
}

static void test_names(void)
{
#define IS_NAMED(reason) is_str(exit_name(reason), #reason, #reason)
    IS_NAMED(KVM_EXIT_UNKNOWN);
    IS_NAMED(KVM_EXIT_EXCEPTION);
    IS_NAMED(KVM_EXIT_IO);
    IS_NAMED(KVM_EXIT_HYPERCALL);
    IS_NAMED(KVM_EXIT_DEBUG);
    IS_NAMED(KVM_EXIT_HLT);
    IS_NAMED(KVM_EXIT_MMIO);
    IS_NAMED(KVM_EXIT_IRQ_WINDOW_OPEN);
    IS_NAMED(KVM_EXIT_SHUTDOWN);
    IS_NAMED(KVM_EXIT_FAIL_ENTRY);
    IS_NAMED(KVM_EXIT_INTR);
    IS_NAMED(KVM_EXIT_SET_TPR);
    IS_NAMED(KVM_EXIT_TPR_ACCESS);
    IS_NAMED(KVM_EXIT_NMI);
    IS_NAMED(KVM_EXIT_INTERNAL_ERROR);
    IS_NAMED(KVM_EXIT_SYSTEM_EVENT);
    IS_NAMED(KVM_EXIT_IOAPIC_EOI);
    IS_NAMED(KVM_EXIT_HYPERV);
    IS_NAMED(KVM_EXIT_X86_RDMSR);
    IS_NAMED(KVM_EXIT_X86_WRMSR);
    IS_NAMED(KVM_EXIT_DIRTY_RING_FULL);
    IS_NAMED(KVM_EXIT_X86_BUS_LOCK);
    IS_NAMED(KVM_EXIT_XEN);
    is_str(exit_name(KVM_EXIT_S390_SIEIC), "unknown exit reason", "another architecture's");
    is_str(exit_name(1000), "unknown exit reason", "a number from the future");
    is_str(exit_name(UINT32_MAX), "unknown exit reason", "the largest number");
}

static void io_make(uint8_t direction, uint16_t port, uint8_t size, uint32_t count)
{
    exit_make(KVM_EXIT_IO);
    run->io.direction = direction;
    run->io.port = port;
    run->io.size = size;
    run->io.count = count;
    run->io.data_offset = DATA_OFFSET;
}

static void test_io(void)
{
    io_make(KVM_EXIT_IO_OUT, 0x01, 1, 1);
    page.bytes[DATA_OFFSET] = 'H';
    traces("IO out 0x0001 size 1 count 1: 48");

    io_make(KVM_EXIT_IO_OUT, 0xCF8, 4, 1);
    memcpy(page.bytes + DATA_OFFSET, "\x78\x56\x34\x12", 4);
    traces("IO out 0x0cf8 size 4 count 1: 78 56 34 12");

    io_make(KVM_EXIT_IO_OUT, 0x402, 1, 3);
    memcpy(page.bytes + DATA_OFFSET, "abc", 3);
    traces("IO out 0x0402 size 1 count 3: 61 62 63");

    io_make(KVM_EXIT_IO_IN, 0xFFFF, 2, 1);
    memcpy(page.bytes + DATA_OFFSET, "\xAA\xAA", 2);
    traces("IO in 0xffff size 2 count 1");

    reports("\nKVM_EXIT_IO: the guest uses an I/O port that this program doesn't serve\n"
            "  IO in 0xffff size 2 count 1\n");
}

static void mmio_make(bool write, uint64_t address, uint32_t length)
{
    exit_make(KVM_EXIT_MMIO);
    run->mmio.phys_addr = address;
    run->mmio.len = length;
    run->mmio.is_write = write;
    memcpy(run->mmio.data, "\x11\x22\x33\x44\x55\x66\x77\x88", 8);
}

static void test_mmio(void)
{
    mmio_make(false, 0xFEE00020, 4);
    traces("MMIO read 0xfee00020 size 4");
    mmio_make(true, 0xB8000, 2);
    traces("MMIO write 0xb8000 size 2: 11 22");
    mmio_make(true, 0xFFFFFFFFFFFFFFF8, 8);
    traces("MMIO write 0xfffffffffffffff8 size 8: 11 22 33 44 55 66 77 88");
    reports("\nKVM_EXIT_MMIO: the guest touches an address at which there is no memory\n");
}

static void fail_entry_make(uint64_t reason)
{
    exit_make(KVM_EXIT_FAIL_ENTRY);
    run->fail_entry.hardware_entry_failure_reason = reason;
}

static void test_fail_entry(void)
{
    fail_entry_make(0x80000021);
    traces("FAIL_ENTRY hardware reason 0x80000021");
    reports("\n  Intel: invalid guest state\n");
    fail_entry_make(0x80000022);
    reports("\n  Intel: an MSR of the VM-entry MSR-load area\n");
    fail_entry_make(7);
    reports("\n  Intel: invalid control fields in the VMCS\n");
    fail_entry_make(8);
    reports("\n  Intel: invalid host state in the VMCS\n");
    fail_entry_make(0xFFFFFFFF);
    reports("\n  AMD: VMEXIT_INVALID, inconsistent guest state\n");
    fail_entry_make(UINT64_MAX);
    reports("\n  AMD: VMEXIT_INVALID, inconsistent guest state\n");
    fail_entry_make(0x1234);
    reports("\n  see the CPU's manual\n");
}

static void internal_error_make(uint32_t suberror)
{
    exit_make(KVM_EXIT_INTERNAL_ERROR);
    run->internal.suberror = suberror;
}

static void test_internal_error(void)
{
    internal_error_make(KVM_INTERNAL_ERROR_EMULATION);
    run->emulation_failure.ndata = 3;
    run->emulation_failure.flags = KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES;
    run->emulation_failure.insn_size = 2;
    memcpy(run->emulation_failure.insn_bytes, "\x0F\x0B\xCC", 3);
    traces("INTERNAL_ERROR suberror 1: emulation failed");
    reports("\n  the instruction: 0f 0b\n");
    reports("\n  KVM had to emulate an instruction and could not: ");

    run->emulation_failure.insn_size = 255;
    reports("\n  the instruction: 0f 0b cc 00 00 00 00 00 00 00 00 00 00 00 00\n");
    run->emulation_failure.flags = 0;
    reports_no_instruction("no bytes unless KVM says that it gave some");
    run->emulation_failure.flags = KVM_INTERNAL_ERROR_EMULATION_FLAG_INSTRUCTION_BYTES;
    run->emulation_failure.ndata = 0;
    reports_no_instruction("nor from a KVM that is too old to give any");

    internal_error_make(KVM_INTERNAL_ERROR_SIMUL_EX);
    run->internal.ndata = 2;
    run->internal.data[0] = 0x80000B0E;
    run->internal.data[1] = 0xD;
    traces("INTERNAL_ERROR suberror 2: simultaneous exceptions 80000b0e d");

    internal_error_make(KVM_INTERNAL_ERROR_DELIVERY_EV);
    traces("INTERNAL_ERROR suberror 3: event delivery");
    reports("\n  an exit in the middle of delivering an interrupt or exception, ");

    internal_error_make(KVM_INTERNAL_ERROR_UNEXPECTED_EXIT_REASON);
    traces("INTERNAL_ERROR suberror 4: unexpected hardware exit");

    internal_error_make(99);
    traces("INTERNAL_ERROR suberror 99: unknown");
    run->internal.ndata = UINT32_MAX;
    run->internal.data[15] = 0xABCDEF;
    traces("INTERNAL_ERROR suberror 99: unknown 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 abcdef");
    reports("\nKVM_EXIT_INTERNAL_ERROR: KVM itself gave up\n");
}

static void test_others(void)
{
    exit_make(KVM_EXIT_SYSTEM_EVENT);
    run->system_event.type = KVM_SYSTEM_EVENT_SHUTDOWN;
    traces("SYSTEM_EVENT 1: shutdown");
    run->system_event.type = KVM_SYSTEM_EVENT_RESET;
    traces("SYSTEM_EVENT 2: reset");
    run->system_event.type = KVM_SYSTEM_EVENT_CRASH;
    traces("SYSTEM_EVENT 3: crash");
    run->system_event.type = 0;
    traces("SYSTEM_EVENT 0: unknown");
    run->system_event.type = UINT32_MAX;
    traces("SYSTEM_EVENT 4294967295: unknown");

    exit_make(KVM_EXIT_HLT);
    traces("KVM_EXIT_HLT (5)");
    reports("\nKVM_EXIT_HLT: the guest waits for an interrupt, and nothing here sends one\n");
    exit_make(KVM_EXIT_SHUTDOWN);
    traces("KVM_EXIT_SHUTDOWN (8)");
    reports("\nKVM_EXIT_SHUTDOWN: triple fault: ");
    exit_make(1000);
    traces("unknown exit reason (1000)");
    reports("\nunknown exit reason: this program has no name for it\n");
}

int main(void)
{
    test_names();
    test_io();
    test_mmio();
    test_fail_entry();
    test_internal_error();
    test_others();
    return done_testing();
}
