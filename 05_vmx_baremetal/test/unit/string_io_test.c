// INS and OUTS on a guest whose registers are a fake VMCS: registers, segments, page tables, and
// the exceptions at each of them.

#include "vmm/exits/exits.h"

#include "common/test/tap.h"
#include "kernel/cpu.h"
#include "test/unit/fake/fake_pages.h"
#include "test/unit/fake/fake_report.h"
#include "test/unit/fake/fake_vmcs.h"
#include "vmm/memory/memory.h"
#include "vmm/vcpu/debug.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/guest_state.h"

#define RAM       (2u << 20)
#define PORT      0x100
#define PORT_ENDS 0x104  // ends the guest at the first byte
#define PML4      0x1000
#define PDPT      0x2000
#define DIRECTORY 0x3000
#define TABLE     0x4000
#define DATA      0x8000
#define DATA_END  0x10000

enum { ADDRESS_16, ADDRESS_32, ADDRESS_64 };
enum { ES, CS, SS, DS, FS, GS };
enum { OUTS = 0, INS = 1 };

static struct guest guest;
static struct vcpu vcpu;
static uint8_t *ram;
static uint32_t sent[512];
static unsigned accesses;
static uint64_t dr1;

// --- What the handlers call, and this test looks at ---

static uint32_t device_in(void *device, uint16_t port, unsigned size)
{
    (void)device, (void)port, (void)size;
    return 0x40302010 + 0x01010101 * accesses++;
}

static void device_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    (void)device, (void)offset, (void)size;
    sent[accesses++ % 512] = value;
}

static void end_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    device_out(device, offset, size, value);
    guest.ended = true;
    guest.status = VM_RESET;
}

struct debug_registers debug_read(void)
{
    return (struct debug_registers){.dr = {0, dr1}};
}

static const struct port_range ports[] = {
    {PORT, PORT + 3, "device", device_in, device_out, NULL, .width = 4},
    {PORT_ENDS, PORT_ENDS, "end", device_in, end_out, NULL},
};

// --- The guest ---

static void segment(unsigned which, uint64_t base, uint32_t limit, uint32_t rights)
{
    vmcs_write(GUEST_ES_BASE + 2 * which, base);
    vmcs_write(GUEST_ES_LIMIT + 2 * which, limit);
    vmcs_write(GUEST_ES_ACCESS + 2 * which, rights);
}

// Flat segments, no paging, nothing special.
static void start(bool protected_mode)
{
    static const struct vmx_capability cap = {.physical_bits = 39};

    fake_vmcs_reset();
    vcpu = (struct vcpu){.cap = &cap, .guest = &guest};
    guest.ended = guest.empty_bus = false;
    accesses = reports = 0;
    vmcs_write(GUEST_CR0, protected_mode ? CR0_PE : 0);
    vmcs_write(GUEST_CR4, 0);
    vmcs_write(GUEST_EFER, 0);
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE);
    vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
    vmcs_write(GUEST_PENDING_DEBUG, 0);
    vmcs_write(GUEST_DEBUGCTL, 0);
    vmcs_write(GUEST_INTERRUPTIBILITY, 0);
    vmcs_write(GUEST_DR7, DR7_RESET);
    for (unsigned which = ES; which <= GS; which++)
        segment(which, 0, 0xFFFFFFFF, SEGMENT_DATA | ACCESS_S | ACCESS_P | ACCESS_DB);
    for (unsigned i = 0; i < DATA_END - DATA; i++)
        ram[DATA + i] = (uint8_t)(i + 1);
}

// 64-bit code in ring `cpl`. DATA and what is behind it is mapped where it is, page by page.
static void start_long(unsigned cpl)
{
    start(true);
    vmcs_write(GUEST_CR0, CR0_PE | CR0_PG | CR0_WP);
    vmcs_write(GUEST_CR3, PML4);
    vmcs_write(GUEST_CR4, CR4_PAE);
    vmcs_write(GUEST_EFER, EFER_LME | EFER_LMA);
    vmcs_write(GUEST_CS_ACCESS, SEGMENT_CODE | ACCESS_S | ACCESS_P | ACCESS_L);
    vmcs_write(GUEST_SS_ACCESS, SEGMENT_DATA | ACCESS_S | ACCESS_P | cpl << 5);
    *(uint64_t *)(ram + PML4) = PDPT | 7;
    *(uint64_t *)(ram + PDPT) = DIRECTORY | 7;
    *(uint64_t *)(ram + DIRECTORY) = TABLE | 7;
    for (uint64_t page = DATA; page < DATA_END; page += PAGE_SIZE)
        *(uint64_t *)(ram + TABLE + page / PAGE_SIZE * 8) = page | 7;
}

static uint64_t *pte(uint64_t linear)
{
    return (uint64_t *)(ram + TABLE + linear / PAGE_SIZE * 8);
}

static enum resume run_at(uint16_t port, bool in, bool repeat, unsigned size, unsigned address,
                          unsigned from)
{
    vmcs_write(EXIT_QUALIFICATION, (uint64_t)port << 16 | (repeat ? 1u << 5 : 0) | 1u << 4 |
                                       (in ? 1u << 3 : 0) | (size - 1));
    vmcs_write(EXIT_INSTRUCTION_INFO, address << 7 | from << 15);
    return exit_io(&vcpu);
}

static enum resume run(bool in, bool repeat, unsigned size, unsigned address, unsigned from)
{
    return run_at(PORT, in, repeat, size, address, from);
}

static bool raised(enum resume resume, unsigned vector, bool has_error, uint32_t error)
{
    uint32_t event = (uint32_t)vmcs_read(ENTRY_INTERRUPTION_INFO);
    bool right = resume == RESUME_RETRY && (event & EVENT_VALID) &&
                 EVENT_TYPE(event) == EVENT_HARDWARE_EXCEPTION && EVENT_VECTOR(event) == vector &&
                 !(event & EVENT_ERROR_CODE) == !has_error &&
                 (!has_error || vmcs_read(ENTRY_EXCEPTION_ERROR_CODE) == error) &&
                 (vmcs_read(GUEST_RFLAGS) & RFLAGS_RF);

    if (!right)
        printf("# resume %u, event %x, error %llx\n", resume, event,
               (unsigned long long)vmcs_read(ENTRY_EXCEPTION_ERROR_CODE));
    return right;
}

// --- Tests ---

static void test_registers(void)
{
    start(false);
    vcpu.gpr[RSI] = 0xAAAA0000 | DATA;
    is_int(run(OUTS, false, 1, ADDRESS_16, DS), RESUME_NEXT, "OUTSB");
    ok(accesses == 1 && sent[0] == 1, "sends the byte at DS:SI");
    is_int(vcpu.gpr[RSI], 0xAAAA0000 | (DATA + 1), "and SI moves, not all of ESI");

    start(false);
    vcpu.gpr[RSI] = DATA + 4;
    vcpu.gpr[RCX] = 0xBBBB0003;
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE | RFLAGS_DF);
    is_int(run(OUTS, true, 2, ADDRESS_16, DS), RESUME_NEXT, "REP OUTSW, downwards");
    ok(accesses == 3 && sent[0] == 0x0605 && sent[1] == 0x0403 && sent[2] == 0x0201,
       "three words, the highest first");
    is_int(vcpu.gpr[RSI], DATA - 2, "SI has gone down");
    is_int(vcpu.gpr[RCX], 0xBBBB0000, "CX is 0, the rest of ECX as it was");
    is_int(run(OUTS, true, 2, ADDRESS_16, DS), RESUME_NEXT, "with CX 0 it is over at once");
    is_int(accesses, 3, "and sends nothing");

    start_long(0);
    vcpu.gpr[RDI] = 0xCCCCCCCC00000000 | DATA;
    vcpu.gpr[RCX] = 0xDDDDDDDD00000002;
    is_int(run(INS, true, 4, ADDRESS_32, 7), RESUME_NEXT, "REP INSD with 32-bit addresses");
    ok(memcmp(ram + DATA, "\x10\x20\x30\x40\x11\x21\x31\x41", 8) == 0, "two double words arrive");
    is_int(vcpu.gpr[RDI], DATA + 8, "RDI's upper half is 0");
    is_int(vcpu.gpr[RCX], 0, "and RCX's");

    start_long(0);
    vmcs_write(GUEST_FS_BASE, 0x1000);
    vmcs_write(GUEST_DS_BASE, 0x123456789);
    vcpu.gpr[RSI] = DATA;
    run(OUTS, false, 1, ADDRESS_64, FS);
    is_int(sent[0], (uint8_t)(0x1000 + 1), "FS has a base in 64-bit code");
    vcpu.gpr[RSI] = DATA;
    run(OUTS, false, 1, ADDRESS_64, DS);
    is_int(sent[1], 1, "DS has none");
}

static void test_portions(void)
{
    start_long(0);
    vcpu.gpr[RSI] = DATA;
    vcpu.gpr[RCX] = 300;
    is_int(run(OUTS, true, 1, ADDRESS_64, DS), RESUME_RETRY, "many elements take several exits");
    is_int(vcpu.gpr[RCX], 300 - accesses, "RCX says how many are left");
    is_int(run(OUTS, true, 1, ADDRESS_64, DS), RESUME_NEXT, "and RIP moves behind the last");
    ok(accesses == 300 && vcpu.gpr[RCX] == 0 && vcpu.gpr[RSI] == DATA + 300, "all were sent");

    start_long(0);
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE | RFLAGS_TF);
    vcpu.gpr[RSI] = DATA;
    vcpu.gpr[RCX] = 2;
    is_int(run(OUTS, true, 1, ADDRESS_64, DS), RESUME_RETRY, "a debugger steps by elements");
    ok(accesses == 1 && vmcs_read(GUEST_PENDING_DEBUG) == PENDING_DEBUG_BS,
       "one, and the trap behind it");
    vmcs_write(GUEST_PENDING_DEBUG, 0);
    is_int(run(OUTS, true, 1, ADDRESS_64, DS), RESUME_NEXT, "the last one ends the instruction");
    is_int(vmcs_read(GUEST_PENDING_DEBUG), 0, "whose trap is not its own");

    start(false);
    vcpu.gpr[RSI] = DATA;
    vcpu.gpr[RCX] = 5;
    is_int(run_at(PORT_ENDS, OUTS, true, 1, ADDRESS_16, DS), RESUME_STOP,
           "a device ends the guest");
    ok(accesses == 1 && vcpu.status == VM_RESET, "in the middle");
    start(false);
    is_int(run_at(0x300, OUTS, false, 1, ADDRESS_16, DS), RESUME_STOP, "a port of nobody");
    is_int(reports, 1, "is reported");
    start(false);
    guest.empty_bus = true;
    vcpu.gpr[RDI] = DATA;
    run_at(PORT + 2, INS, false, 4, ADDRESS_16, 7);
    ok(memcmp(ram + DATA, "\x10\x20\x11\xFF", 4) == 0,
       "an access over the end of one device: its word, the next one's byte, and nobody's ones");
}

// A breakpoint that the guest has set, by kind and length as DR7 has them, and the one access that
// meets it or not.
static uint64_t pending(unsigned kind, unsigned length, uint64_t address, bool in)
{
    start(true);
    vmcs_write(GUEST_CR4, CR4_DE);
    vmcs_write(GUEST_DR7, DR7_RESET | 1 << 2 | kind << 20 | length << 22);  // L1, RW1, LEN1
    dr1 = address;
    vcpu.gpr[RSI] = vcpu.gpr[RDI] = DATA;
    run(in, false, 2, ADDRESS_32, DS);
    return vmcs_read(GUEST_PENDING_DEBUG);
}

static void test_breakpoints(void)
{
    enum { WRITE = 1, IO = 2, ACCESS = 3 };
    const uint64_t met = PENDING_DEBUG_ENABLED | 1 << 1;

    is_int(pending(IO, 0, PORT, INS), met, "a breakpoint on the port: #DB");
    is_int(pending(IO, 0, PORT + 1, OUTS), met, "on its second byte: as well");
    is_int(pending(IO, 3, PORT + 3, OUTS), met, "four bytes, wherever in them DR1 points");
    is_int(pending(IO, 1, PORT + 2, OUTS), 0, "on the port behind it: no");
    is_int(pending(WRITE, 0, DATA + 1, INS), met, "INS writes to memory: #DB");
    is_int(pending(WRITE, 0, DATA + 1, OUTS), 0, "OUTS doesn't");
    is_int(pending(ACCESS, 2, DATA, OUTS), met, "but reads: eight bytes");
    is_int(pending(ACCESS, 0, DATA + 2, INS), 0, "behind the operand: no");
    is_int(pending(0, 0, DATA, INS), 0, "one for instructions is the CPU's");

    pending(IO, 0, PORT, INS);
    vmcs_write(GUEST_PENDING_DEBUG, 0);
    vmcs_write(GUEST_CR4, 0);
    run(INS, false, 2, ADDRESS_32, DS);
    is_int(vmcs_read(GUEST_PENDING_DEBUG), 0, "no port breakpoints without CR4.DE");
    vmcs_write(GUEST_CR4, CR4_DE);
    vcpu.gpr[RCX] = 2;
    vmcs_write(GUEST_INTERRUPTIBILITY, BLOCKING_SS);
    is_int(run(INS, true, 2, ADDRESS_32, DS), RESUME_RETRY, "REP: behind the element");
    ok(vcpu.gpr[RCX] == 1 && vmcs_read(GUEST_PENDING_DEBUG) == met &&
           vmcs_read(GUEST_INTERRUPTIBILITY) == 0 && (vmcs_read(GUEST_RFLAGS) & RFLAGS_RF),
       "MOV SS is over, and an instruction breakpoint doesn't fire again");
}

static void test_segments(void)
{
    const uint32_t data = SEGMENT_DATA | ACCESS_S | ACCESS_P,
                   code = SEGMENT_CODE | ACCESS_S | ACCESS_P;

    start(false);
    segment(DS, 0, 0xFFFF, data);
    vcpu.gpr[RSI] = 0xFFFF;
    ok(raised(run(OUTS, false, 2, ADDRESS_16, DS), EXCEPTION_GP, false, 0),
       "a word at FFFFh in real mode: #GP without an error code");
    segment(SS, 0, 0xFFFF, data);
    ok(raised(run(OUTS, false, 2, ADDRESS_16, SS), EXCEPTION_SS, false, 0), "in SS: #SS");
    is_int(accesses, 0, "nothing was sent");
    start(true);
    vcpu.gpr[RSI] = vcpu.gpr[RDI] = DATA;
    segment(DS, 0, DATA - 1, data);
    ok(raised(run(OUTS, false, 1, ADDRESS_32, DS), EXCEPTION_GP, true, 0),
       "behind the limit: #GP(0)");
    segment(DS, 0, DATA, data);
    is_int(run(OUTS, false, 1, ADDRESS_32, DS), RESUME_NEXT, "the last byte is inside");
    segment(ES, 0, DATA, data | ACCESS_DOWN);
    ok(raised(run(INS, false, 1, ADDRESS_32, 7), EXCEPTION_GP, true, 0),
       "expand-down: below it, #GP");
    segment(ES, 0, DATA - 1, data | ACCESS_DOWN);
    is_int(run(INS, false, 1, ADDRESS_32, 7), RESUME_NEXT, "and above it all is well");
    segment(ES, 0, 0xFFFFFFFF, data & ~ACCESS_WRITABLE);
    ok(raised(run(INS, false, 1, ADDRESS_32, 7), EXCEPTION_GP, true, 0),
       "INS to read-only data: #GP");
    segment(ES, 0, 0xFFFFFFFF, code);
    ok(raised(run(INS, false, 1, ADDRESS_32, 7), EXCEPTION_GP, true, 0), "INS to code: #GP");
    segment(CS, 0, 0xFFFFFFFF, code);
    vcpu.gpr[RSI] = DATA;
    is_int(run(OUTS, false, 1, ADDRESS_32, CS), RESUME_NEXT, "OUTS from code");
    segment(CS, 0, 0xFFFFFFFF, code & ~ACCESS_READABLE);
    ok(raised(run(OUTS, false, 1, ADDRESS_32, CS), EXCEPTION_GP, true, 0), "not readable: #GP");
    segment(GS, 0, 0xFFFFFFFF, ACCESS_UNUSABLE);
    ok(raised(run(OUTS, false, 1, ADDRESS_32, GS), EXCEPTION_GP, true, 0), "a null selector: #GP");
    start_long(0);
    vcpu.gpr[RSI] = 0x7FFFFFFFFFFF;
    ok(raised(run(OUTS, false, 2, ADDRESS_64, DS), EXCEPTION_GP, true, 0), "not canonical: #GP");
}

static void test_faults(void)
{
    start_long(0);
    vcpu.gpr[RDI] = 0x9FFE;
    vcpu.gpr[RCX] = 3;
    *pte(0xA000) = 0;
    ok(raised(run(INS, true, 1, ADDRESS_64, 7), EXCEPTION_PF, true, 2), "the third byte faults");
    ok(vcpu.cr2 == 0xA000 && vcpu.gpr[RDI] == 0xA000 && vcpu.gpr[RCX] == 1,
       "CR2, RDI and RCX say where");
    is_int(accesses, 2, "what was read is not lost: IN comes behind the check");
    *pte(0xA000) = 0xA007;
    vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
    is_int(run(INS, true, 1, ADDRESS_64, 7), RESUME_NEXT, "with the page there it goes on");
    is_int(ram[0xA000], 0x12, "and nothing is missing");
    is_int(*pte(0xA000) & 0x60, 0x60, "the page is accessed and dirty now");

    start_long(0);
    vcpu.gpr[RSI] = 0x9FFE;
    *pte(0xA000) = 0;
    ok(raised(run(OUTS, false, 4, ADDRESS_64, DS), EXCEPTION_PF, true, 0) && vcpu.cr2 == 0xA000,
       "an operand across two pages: CR2 is where the second begins");
    ok(accesses == 0 && vcpu.gpr[RSI] == 0x9FFE, "nothing was sent");
    *pte(0xA000) = 0xB007;
    run(OUTS, false, 4, ADDRESS_64, DS);
    is_int(sent[0], ram[0x9FFE] | ram[0x9FFF] << 8 | ram[0xB000] << 16 | ram[0xB001] << 24,
           "two pages that are not neighbours");
}

static void test_rights(void)
{
    start_long(3);
    vcpu.gpr[RDI] = vcpu.gpr[RSI] = DATA;
    *pte(DATA) = DATA | 3;
    ok(raised(run(OUTS, false, 1, ADDRESS_64, DS), EXCEPTION_PF, true, 5),
       "ring 3, a supervisor page: error code P and U");
    *pte(DATA) = DATA | 5;
    ok(raised(run(INS, false, 1, ADDRESS_64, 7), EXCEPTION_PF, true, 7),
       "ring 3 writes, a read-only page: P, W and U");
    is_int(*pte(DATA), DATA | 5, "neither marks it as accessed");
    *pte(DATA) = 0;
    ok(raised(run(INS, false, 1, ADDRESS_64, 7), EXCEPTION_PF, true, 6), "no page: W and U");
    *pte(DATA) = DATA | 7 | 1ull << 45;
    ok(raised(run(OUTS, false, 1, ADDRESS_64, DS), EXCEPTION_PF, true, 0xD),
       "an address wider than the CPU's: reserved bits");
    *pte(DATA) = DATA | 7 | 1ull << 63;
    ok(raised(run(OUTS, false, 1, ADDRESS_64, DS), EXCEPTION_PF, true, 0xD),
       "no-execute without EFER.NXE: reserved");
    *pte(DATA) = DATA | 7;
    vmcs_write(GUEST_CR0, vmcs_read(GUEST_CR0) | CR0_AM);
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE | RFLAGS_AC);
    vcpu.gpr[RSI] = DATA + 1;
    ok(raised(run(OUTS, false, 2, ADDRESS_64, DS), EXCEPTION_AC, true, 0), "not aligned: #AC");

    start_long(0);
    vcpu.gpr[RDI] = DATA;
    *pte(DATA) = DATA | 5;
    ok(raised(run(INS, false, 1, ADDRESS_64, 7), EXCEPTION_PF, true, 3), "ring 0 obeys CR0.WP");
    vmcs_write(GUEST_CR0, CR0_PE | CR0_PG);
    vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
    is_int(run(INS, false, 1, ADDRESS_64, 7), RESUME_NEXT, "and without it writes where it likes");
    vmcs_write(GUEST_CR4, CR4_PAE | CR4_SMAP);
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE);
    ok(raised(run(INS, false, 1, ADDRESS_64, 7), EXCEPTION_PF, true, 3), "SMAP: no user page");
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE | RFLAGS_AC);
    is_int(run(INS, false, 1, ADDRESS_64, 7), RESUME_NEXT, "unless AC lifts it");
}

static void test_holes(void)
{
    start(true);
    vcpu.gpr[RSI] = vcpu.gpr[RDI] = 0x80000000;
    is_int(run(OUTS, false, 1, ADDRESS_32, DS), RESUME_STOP, "no memory there: the guest's end");
    is_int(reports, 1, "with a report");
    guest.empty_bus = true;
    ept_fill(&guest.ept);
    is_int(run(OUTS, false, 4, ADDRESS_32, DS), RESUME_NEXT, "in a PC it reads as ones");
    is_int(sent[0], 0xFFFFFFFF, "and these are sent");
    is_int(run(INS, false, 4, ADDRESS_32, 7), RESUME_NEXT, "what is written there is lost");
    vcpu.gpr[RSI] = 0x80000000;
    run(OUTS, false, 4, ADDRESS_32, DS);
    is_int(sent[2], 0xFFFFFFFF, "and it reads as ones still");
    vcpu.gpr[RDI] = RAM - 2;
    ram[RAM - 2] = ram[RAM - 1] = 0;
    run(INS, false, 4, ADDRESS_32, 7);
    is_int(ram[RAM - 2] | ram[RAM - 1] << 8, 0x2313, "over the end of memory: what fits arrives");
    vmcs_write(GUEST_CR0, CR0_PE | CR0_PG);
    vmcs_write(GUEST_CR3, 0x40000000);
    is_int(run(INS, false, 4, ADDRESS_32, 7), RESUME_STOP,
           "page tables that aren't there: as well");
}

int main(void)
{
    ept_create(&guest.ept);
    memory_add(&guest.ept, 0, RAM);
    ram = memory_at(&guest.ept, 0, RAM);
    guest.ports = ports;
    guest.port_count = sizeof(ports) / sizeof(ports[0]);
    test_registers();
    test_portions();
    test_breakpoints();
    test_segments();
    test_faults();
    test_rights();
    test_holes();
    memory_destroy(&guest.ept);
    return done_testing();
}
