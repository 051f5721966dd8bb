// Writes where a PC has nothing, or a ROM, and accesses to a device page: exit_ept_violation() on a
// guest whose registers are a fake VMCS.

#include "vmm/exits/exits.h"

#include "common/pc/x86.h"
#include "common/test/tap.h"
#include "test/unit/fake/fake_pages.h"
#include "test/unit/fake/fake_report.h"
#include "test/unit/fake/fake_vmcs.h"
#include "vmm/memory/memory.h"
#include "vmm/vmx/event.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/reasons.h"

#define RAM     (2u << 20)
#define CODE    0x1000
#define NOWHERE 0x40000000
#define ROM     0xFFFFF000
#define DEVICE  0xD0000000

static struct guest guest;
static struct vcpu vcpu;
static uint8_t *ram, *rom;

// Flat 32-bit code, without paging, which has come to the instruction `bytes`.
static void start(const char *bytes, size_t count)
{
    static const struct vmx_capability cap = {.physical_bits = 39};

    fake_vmcs_reset();
    vcpu = (struct vcpu){.cap = &cap, .guest = &guest};
    guest.empty_bus = true;
    reports = 0;
    vmcs_write(GUEST_CR0, CR0_PE);
    vmcs_write(GUEST_CR4, 0);
    vmcs_write(GUEST_EFER, 0);
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE);
    vmcs_write(GUEST_RIP, CODE);
    vmcs_write(GUEST_PENDING_DEBUG, 0);
    vmcs_write(GUEST_DEBUGCTL, 0);
    vmcs_write(GUEST_DR7, DR7_RESET);
    vmcs_write(GUEST_INTERRUPTIBILITY, 0);
    vmcs_write(IDT_VECTORING_INFO, 0);
    vmcs_write(ENTRY_INTERRUPTION_INFO, 0);
    for (unsigned which = SEGMENT_ES; which <= SEGMENT_GS; which++) {
        vmcs_write(GUEST_ES_BASE + 2 * which, 0);
        vmcs_write(GUEST_ES_LIMIT + 2 * which, 0xFFFFFFFF);
        vmcs_write(GUEST_ES_ACCESS + 2 * which, SEGMENT_DATA | ACCESS_S | ACCESS_P | ACCESS_DB);
    }
    vmcs_write(GUEST_CS_ACCESS, SEGMENT_CODE | ACCESS_S | ACCESS_P | ACCESS_DB);
    memset(ram + CODE, 0xCC, 64);
    memcpy(ram + CODE, bytes, count);
    vcpu.gpr[RBX] = NOWHERE;
    vcpu.gpr[RAX] = 0x44332211;
}

#define START(text) start(text, sizeof(text) - 1)

static enum resume violation(uint64_t gpa, uint64_t access)
{
    vmcs_write(GUEST_PHYSICAL_ADDRESS, gpa);
    vmcs_write(EXIT_QUALIFICATION, access | VIOLATION_LINEAR_VALID | VIOLATION_TRANSLATED);
    return exit_ept_violation(&vcpu);
}

static void test_lost(void)
{
    START("\x89\x03");  // mov [ebx], eax
    is_int(violation(NOWHERE, VIOLATION_WRITE), RESUME_NEXT, "a write to nothing is lost");
    is_int(vcpu.emulated, 2, "and the instruction is over: two bytes");
    is_int(*(uint32_t *)phys_to_virt(ept_walk(&guest.ept, NOWHERE).hpa), 0xFFFFFFFF,
           "nothing has become of it");
    START("\x87\x03");  // xchg [ebx], eax
    violation(NOWHERE, VIOLATION_READ | VIOLATION_WRITE);
    is_int(vcpu.gpr[RAX], 0xFFFFFFFF, "XCHG reads ones");
    START("\x83\x03\x01");  // add dword [ebx], 1
    violation(NOWHERE, VIOLATION_WRITE);
    is_int(vmcs_read(GUEST_RFLAGS), RFLAGS_ONE | RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF,
           "ADD of 1 to ones: the flags of a zero");
    is_int(reports, 0, "without a report");
}

static void test_edges(void)
{
    START("\x89\x03");
    vcpu.gpr[RBX] = RAM - 2;
    is_int(violation(RAM, VIOLATION_WRITE), RESUME_NEXT, "over the end of memory");
    is_int(ram[RAM - 2] | ram[RAM - 1] << 8, 0x2211, "what is in memory is written");
    START("\x89\x03");
    vcpu.gpr[RBX] = ROM - 2;
    is_int(violation(ROM - 2, VIOLATION_WRITE), RESUME_NEXT, "from nothing into a ROM");
    is_int(rom[0], 0x5A, "which stays what it is");
    START("\x87\x03");
    vcpu.gpr[RBX] = ROM - 2;
    violation(ROM - 2, VIOLATION_WRITE);
    is_int(vcpu.gpr[RAX], 0x5A5AFFFF, "XCHG there reads ones and the ROM's bytes");
}

static void test_strings(void)
{
    START("\xF3\xAB");  // rep stosd
    vcpu.gpr[RDI] = NOWHERE;
    vcpu.gpr[RCX] = 300;
    is_int(violation(NOWHERE, VIOLATION_WRITE), RESUME_RETRY, "REP STOSD takes several exits");
    is_int(vcpu.gpr[RDI], NOWHERE + 4 * (300 - vcpu.gpr[RCX]), "EDI and ECX go together");
    is_int(vcpu.emulated, 0, "it isn't over");
    is_int(violation(vcpu.gpr[RDI], VIOLATION_WRITE), RESUME_NEXT, "until ECX is 0");
    is_int(vcpu.gpr[RCX], 0, "now");
    is_int(vcpu.gpr[RDI], NOWHERE + 1200, "with EDI behind the last");
    is_int(vcpu.emulated, 2, "and the instruction is over");

    START("\xF3\xAA");  // rep stosb, downwards into memory
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE | RFLAGS_DF);
    vcpu.gpr[RDI] = RAM + 1;
    vcpu.gpr[RCX] = 4;
    memset(ram + RAM - 4, 0, 4);
    is_int(violation(RAM + 1, VIOLATION_WRITE), RESUME_NEXT, "REP STOSB downwards");
    ok(memcmp(ram + RAM - 4, "\0\0\x11\x11", 4) == 0, "the part in memory is written");

    START("\xF3\xA5");  // rep movsd
    vcpu.gpr[RSI] = ROM;
    vcpu.gpr[RDI] = RAM - 4;
    vcpu.gpr[RCX] = 2;
    violation(RAM, VIOLATION_WRITE);
    ok(memcmp(ram + RAM - 4, "\x5A\x5A\x5A\x5A", 4) == 0, "REP MOVSD from a ROM over the end");
    is_int(vcpu.gpr[RSI], ROM + 8, "ESI has moved, too");

    START("\xF3\xAB");
    vmcs_write(GUEST_RFLAGS, RFLAGS_ONE | RFLAGS_TF);
    vcpu.gpr[RDI] = NOWHERE;
    vcpu.gpr[RCX] = 2;
    is_int(violation(NOWHERE, VIOLATION_WRITE), RESUME_RETRY, "a debugger steps by elements");
    is_int(vcpu.gpr[RCX], 1, "one");
    is_int(vmcs_read(GUEST_PENDING_DEBUG), PENDING_DEBUG_BS, "and the trap behind it");

    START("\xF3\xAB");
    vcpu.gpr[RDI] = NOWHERE;
    vcpu.gpr[RCX] = 10;
    vmcs_write(GUEST_ES_LIMIT, NOWHERE + 7);
    is_int(violation(NOWHERE, VIOLATION_WRITE), RESUME_RETRY, "the segment ends");
    is_int(EVENT_VECTOR(vmcs_read(ENTRY_INTERRUPTION_INFO)), EXCEPTION_GP, "#GP");
    is_int(vcpu.gpr[RCX], 8, "behind two elements");
}

static void test_modes(void)
{
    START("\x89\x07");  // in 16-bit code: mov [bx], ax
    vmcs_write(GUEST_CR0, 0);
    vmcs_write(GUEST_CS_ACCESS, SEGMENT_CODE | ACCESS_S | ACCESS_P);
    vmcs_write(GUEST_CS_BASE, CODE);
    vmcs_write(GUEST_RIP, 0);
    vmcs_write(GUEST_DS_BASE, RAM - 1);
    vcpu.gpr[RBX] = 0x10000;
    ram[RAM - 1] = 0;
    is_int(violation(RAM, VIOLATION_WRITE), RESUME_NEXT, "real mode");
    is_int(ram[RAM - 1], 0x11, "with segments and 16 bits");
    START("\x50");
    is_int(violation(NOWHERE, VIOLATION_WRITE), RESUME_STOP, "a PUSH to nothing");
    is_int(reports, 1, "is reported");
    START("\x89\x03");
    vmcs_write(IDT_VECTORING_INFO, EVENT_VALID);
    is_int(violation(NOWHERE, VIOLATION_WRITE), RESUME_STOP, "so is a stack that an event misses");
    START("\x89\x03");
    guest.empty_bus = false;
    is_int(violation(NOWHERE, VIOLATION_WRITE), RESUME_STOP,
           "and any write, where there is no bus");
    START("\x50");
    is_int(violation(ROM, VIOLATION_WRITE), RESUME_RETRY, "a PUSH to a ROM is made");
    is_int(ept_walk(&guest.ept, ROM).entry[3] & 7, EPT_ALL, "and its page becomes memory");
}

// --- A device page ---

// What the device sees: "r4@8 " for a read of 4 bytes at offset 8, "w4@8=44332211 " for a write.
static char seen[4096];

static uint64_t device_read(void *device, uint64_t offset, unsigned size)
{
    (void)device;
    sprintf(seen + strlen(seen), "r%u@%lx ", size, offset);
    return 0xF8F7F6F5F4F3F2F1;
}

static void device_write(void *device, uint64_t offset, unsigned size, uint64_t value)
{
    uint64_t mask = size == 8 ? ~0ull : (1ull << 8 * size) - 1;

    (void)device;
    sprintf(seen + strlen(seen), "w%u@%lx=%lx ", size, offset, value & mask);
}

static struct device_page device_pages[] = {
    {DEVICE, "test device", device_read, device_write, NULL},
};

// 64-bit code, with the identity below 4 GiB in pages of 2 MiB.
static void make_long(void)
{
    uint64_t *table = (uint64_t *)(ram + 0x2000);

    table[0] = 0x3000 | 7;
    table[512] = 0x4000 | 7;
    for (unsigned i = 0; i < 4; i++)
        table[512 + i] = (0x4000 + 0x1000 * i) | 7;
    for (uint64_t i = 0; i < 4 * 512; i++)
        table[1024 + i] = i << 21 | 0x87;
    vmcs_write(GUEST_CR0, CR0_PE | CR0_PG);
    vmcs_write(GUEST_CR3, 0x2000);
    vmcs_write(GUEST_CR4, CR4_PAE);
    vmcs_write(GUEST_EFER, EFER_LME | EFER_LMA);
    vmcs_write(GUEST_CS_ACCESS, SEGMENT_CODE | ACCESS_S | ACCESS_P | ACCESS_L);
}

#define BYTES(text) text, sizeof(text) - 1

static void test_device(void)
{
    static const struct {
        const char *bytes;
        size_t count;
        const char *what, *sees;
    } forms[] = {
        {BYTES("\x88\x03"), "mov [rbx], al", "w1@8=11 "},
        {BYTES("\x66\x89\x03"), "mov [rbx], ax", "w2@8=2211 "},
        {BYTES("\x89\x03"), "mov [rbx], eax", "w4@8=44332211 "},
        {BYTES("\x48\x89\x03"), "mov [rbx], rax", "w8@8=8877665544332211 "},
        {BYTES("\xC7\x03\x05\x00\x00\x00"), "mov dword [rbx], 5", "w4@8=5 "},
        {BYTES("\x8A\x13"), "mov dl, [rbx]", "r1@8 "},
        {BYTES("\x66\x8B\x13"), "mov dx, [rbx]", "r2@8 "},
        {BYTES("\x8B\x13"), "mov edx, [rbx]", "r4@8 "},
        {BYTES("\x48\x8B\x13"), "mov rdx, [rbx]", "r8@8 "},
        {BYTES("\x0F\xB6\x13"), "movzx edx, byte [rbx]", "r1@8 "},
        {BYTES("\x0F\xB7\x13"), "movzx edx, word [rbx]", "r2@8 "},
        {BYTES("\x0F\xBE\x13"), "movsx edx, byte [rbx]", "r1@8 "},
        {BYTES("\x48\x0F\xBF\x13"), "movsx rdx, word [rbx]", "r2@8 "},
        {BYTES("\x48\x63\x13"), "movsxd rdx, dword [rbx]", "r4@8 "},
        {BYTES("\x83\x0B\x0E"), "or dword [rbx], 14", "r4@8 w4@8=f4f3f2ff "},
        {BYTES("\x87\x03"), "xchg [rbx], eax", "r4@8 w4@8=44332211 "},
        {BYTES("\xAB"), "stosd", "w4@10=44332211 "},
        {BYTES("\xF3\xAA"), "rep stosb", "w1@10=11 w1@11=11 w1@12=11 "},
        {BYTES("\xA5"), "movsd, within the page", "r4@8 w4@10=f4f3f2f1 "},
    };

    for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
        start(forms[i].bytes, forms[i].count);
        make_long();
        seen[0] = '\0';
        vcpu.gpr[RAX] = 0x8877665544332211;
        vcpu.gpr[RBX] = vcpu.gpr[RSI] = DEVICE + 8;
        vcpu.gpr[RDI] = DEVICE + 16;
        vcpu.gpr[RCX] = 3;
        is_int(violation(DEVICE + 8, VIOLATION_READ), RESUME_NEXT, "%s", forms[i].what);
        is_str(seen, forms[i].sees, "is what it says to the device");
    }
}

static uint64_t loaded(const char *bytes, size_t count)
{
    start(bytes, count);
    make_long();
    vcpu.gpr[RBX] = DEVICE;
    vcpu.gpr[RDX] = 0x1111111111111111;
    violation(DEVICE, VIOLATION_READ);
    return vcpu.gpr[RDX];
}

#define LOADED(text) loaded(text, sizeof(text) - 1)

static void test_device_loads(void)
{
    is_int(LOADED("\x8A\x13"), 0x11111111111111F1, "a byte keeps the rest of the register");
    is_int(LOADED("\x66\x8B\x13"), 0x111111111111F2F1, "so do two");
    is_int(LOADED("\x8B\x13"), 0xF4F3F2F1, "four clear the upper half");
    is_int(LOADED("\x48\x8B\x13"), 0xF8F7F6F5F4F3F2F1, "eight are all of it");
    is_int(LOADED("\x0F\xB6\x13"), 0xF1, "MOVZX");
    is_int(LOADED("\x0F\xBE\x13"), 0xFFFFFFF1, "MOVSX");
}

// The exit's word on where the operand is counts as much as page tables, which aren't asked then.
static void test_device_by_exit(void)
{
    uint32_t *beneath = (uint32_t *)(ram + 0x5000);

    *beneath = 0;
    for (unsigned i = 0; i < 3; i++) {
        START("\x89\x03");  // mov [ebx], eax
        vcpu.gpr[RBX] = 0x5000;
        vcpu.reason = i == 0 ? REASON_IO : REASON_EPT_VIOLATION;
        vmcs_write(GUEST_LINEAR_ADDRESS, i == 1 ? 0x5004 : 0x5000);
        seen[0] = '\0';
        violation(DEVICE + 8, i == 2 ? VIOLATION_READ : VIOLATION_WRITE);
        is_str(seen, "", "another exit, another address, another access");
        is_int(*beneath, 0x44332211, "go by the guest's page tables");
        *beneath = 0;
    }
    START("\x89\x03");
    vcpu.gpr[RBX] = 0x5000;
    vcpu.reason = REASON_EPT_VIOLATION;
    vmcs_write(GUEST_LINEAR_ADDRESS, 0x5000);
    is_int(violation(DEVICE + 8, VIOLATION_WRITE), RESUME_NEXT, "this one by what the CPU found");
    is_str(seen, "w4@8=44332211 ", "which is the device");
    is_int(*beneath, 0, "and nothing else");
}

static const char *at(uint64_t gpa)
{
    const struct device_page *page = device_page_at(&guest, gpa);

    return page ? page->name : memory_at(&guest.ept, gpa, 1) ? "memory" : "nothing";
}

// The local APIC's page goes where the guest wants it, and what was there comes back.
static void test_apic_moves(void)
{
    static struct apic apic;
    struct device_page both[] = {{.name = "local APIC", .device = &apic}, device_pages[0]};

    apic_reset(&apic);
    guest.apic = &apic;
    guest.pages = both;
    guest.page_count = 2;
    guest_apic_page(&guest);
    is_str(at(APIC_GPA + 0xFFF), "local APIC", "it is where it is after a reset");
    apic.base = 0x5000 | APIC_BASE_ENABLE;
    guest_apic_page(&guest);
    is_str(at(0x5000), "local APIC", "in the midst of memory");
    is_str(at(0x4FFF), "memory", "in front of it is memory");
    is_str(at(0x6000), "memory", "and behind it");
    is_str(at(APIC_GPA), "nothing", "where it was is nothing");
    apic.base = DEVICE | APIC_BASE_ENABLE;
    guest_apic_page(&guest);
    is_str(at(DEVICE), "local APIC", "over a device");
    is_str(at(0x5000), "memory", "and the memory is back");
    apic.base |= APIC_BASE_X2;
    guest_apic_page(&guest);
    is_str(at(DEVICE), "test device", "in x2APIC mode there is no page");
    ok(!ept_walk(&guest.ept, DEVICE).mapped, "only the device's hole");
    apic.base = 0xFFFFFFFFF000 << 4 | APIC_BASE_ENABLE;
    guest_apic_page(&guest);
    is_str(at(0xFFFFFFFFF000 << 4), "local APIC", "beyond what EPT translates");
    apic.base = 0;
    guest_apic_page(&guest);
    is_str(at(0), "memory", "switched off there is no page");
    guest.apic = NULL;
    guest.pages = device_pages;
    guest.page_count = 1;
}

static void test_device_misuse(void)
{
    static const uint64_t outside[] = {DEVICE - 2, DEVICE + PAGE_SIZE - 2};

    guest.empty_bus = true;
    seen[0] = '\0';
    for (size_t i = 0; i < 2; i++) {
        START("\x89\x03");
        vcpu.gpr[RBX] = outside[i];
        is_int(violation(DEVICE, VIOLATION_WRITE), RESUME_STOP, "over an edge of the page");
        is_int(reports, 1, "is reported");
    }
    START("\xFF\x33");  // push dword [ebx]
    is_int(violation(DEVICE, VIOLATION_READ), RESUME_STOP, "a PUSH from there is reported");
    START("\x89\x03");
    is_int(violation(DEVICE, VIOLATION_FETCH), RESUME_STOP, "so is code there");
    START("\x89\x03");
    vmcs_write(IDT_VECTORING_INFO, EVENT_VALID);
    is_int(violation(DEVICE, VIOLATION_WRITE), RESUME_STOP, "and a stack for an event");
    START("\x89\x03");
    vmcs_write(GUEST_PHYSICAL_ADDRESS, DEVICE);
    vmcs_write(EXIT_QUALIFICATION, VIOLATION_READ | VIOLATION_LINEAR_VALID);
    is_int(exit_ept_violation(&vcpu), RESUME_STOP, "and page tables");
    is_str(seen, "", "of which the device sees nothing");
}

// Reading is an act: it isn't done for an instruction that is going to fail.
static void test_device_fault(void)
{
    START("\xA5");  // movsd
    vcpu.gpr[RSI] = DEVICE;
    vcpu.gpr[RDI] = 0x100;
    vmcs_write(GUEST_ES_LIMIT, 0xFF);
    seen[0] = '\0';
    is_int(violation(DEVICE, VIOLATION_READ), RESUME_RETRY, "MOVSD beyond the segment");
    is_str(seen, "", "has read nothing before its #GP");
}

int main(void)
{
    static uint8_t content[PAGE_SIZE];

    ept_create(&guest.ept);
    memory_add(&guest.ept, 0, RAM);
    ram = memory_at(&guest.ept, 0, RAM);
    memset(content, 0x5A, sizeof(content));
    memory_add_rom(&guest.ept, ROM, content, sizeof(content));
    rom = memory_at(&guest.ept, ROM, PAGE_SIZE);
    guest.empty_bus = true;
    guest.pages = device_pages;
    guest.page_count = 1;
    guest_bus(&guest);
    test_lost();
    test_edges();
    test_strings();
    test_modes();
    test_device();
    test_device_loads();
    test_device_by_exit();
    test_apic_moves();
    test_device_misuse();
    test_device_fault();
    memory_destroy(&guest.ept);
    return done_testing();
}
