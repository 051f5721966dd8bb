// Small pure parts of the hypervisor: the MSR and I/O bitmaps, IN into RAX, exit reasons by name,
// the guest's own page tables.

#include "common/test/tap.h"
#include "test/unit/fake/fake_pages.h"
#include "vmm/exits/exits.h"
#include "vmm/guests/host.h"
#include "vmm/memory/guest_paging.h"
#include "vmm/memory/memory.h"
#include "vmm/vcpu/setup.h"
#include "vmm/vmx/reasons.h"

// Bit of an MSR in the bitmap: SDM Vol. 3, "MSR-Bitmap Address", counted here in bits.
static bool exits(const uint8_t *bitmap, uint32_t msr, bool write)
{
    unsigned bit = (write ? 16384 : 0) + (msr >= 0xC0000000 ? 8192 : 0) + (msr & 0x1FFF);

    return bitmap[bit / 8] >> bit % 8 & 1;
}

static void test_msr_bitmap(void)
{
    static const uint32_t free[] = {0x174,      0x175,      0x176,      0x277,      0xC0000080,
                                    0xC0000081, 0xC0000082, 0xC0000083, 0xC0000084, 0xC0000100,
                                    0xC0000101, 0xC0000102, 0xC0000103};
    uint8_t bitmap[4096];
    unsigned passed = 0;

    msr_bitmap_fill(bitmap);
    for (unsigned i = 0; i < sizeof(free) / sizeof(free[0]); i++)
        ok(!exits(bitmap, free[i], false) && !exits(bitmap, free[i], true),
           "MSR %x: no exit for reading and writing", free[i]);
    for (unsigned byte = 0; byte < sizeof(bitmap); byte++)
        for (unsigned bit = 0; bit < 8; bit++)
            passed += !(bitmap[byte] >> bit & 1);
    is_int(passed, 2 * sizeof(free) / sizeof(free[0]), "all others exit");
    ok(exits(bitmap, 0x3A, true) && exits(bitmap, 0x480, false), "those of VMX among them");
}

static void test_io_bitmap(void)
{
    static const struct port_range ports[] = {
        {0x40, 0x43, "the machine's", host_in, host_out, NULL},
        {0x60, 0x60, "only written straight", pic_in, host_out, NULL},
        {0x7FFF, 0x8000, "on both pages", host_in, host_out, NULL},
        {0xFFFF, 0xFFFF, "the last", host_in, host_out, NULL},
    };
    static uint8_t bitmap[IO_BITMAP_SIZE];
    unsigned passed = 0;

    io_bitmap_fill(bitmap, ports, sizeof(ports) / sizeof(ports[0]));
    for (unsigned port = 0; port < 65536; port++)
        passed += !(bitmap[port / 8] >> port % 8 & 1);
    is_int(passed, 4 + 2 + 1, "ports that don't exit: those of the machine");
    is_int(bitmap[0x40 / 8], 0xF0, "the timer's among them");
    ok(bitmap[0x7FFF / 8] == 0x7F && bitmap[0x8000 / 8] == 0xFE, "bit n is port n");
    io_bitmap_fill(bitmap, NULL, 0);
    is_int(bitmap[0x40 / 8], 0xFF, "a guest without devices: all exit");
}

static void test_io(void)
{
    is_int(io_merge(0x1122334455667788, 0xAABBCCDD, 1), 0x11223344556677DD, "IN AL");
    is_int(io_merge(0x1122334455667788, 0xAABBCCDD, 2), 0x112233445566CCDD, "IN AX");
    is_int(io_merge(0x1122334455667788, 0xAABBCCDD, 4), 0x00000000AABBCCDD, "IN EAX");
}

static void test_names(void)
{
    is_str(exit_reason_name(0), "exception or NMI", "exit reason 0");
    is_str(exit_reason_name(12), "HLT", "exit reason 12");
    is_str(exit_reason_name(48), "EPT violation", "exit reason 48");
    is_str(exit_reason_name(35), "unknown exit reason", "35 is a gap");
    is_str(exit_reason_name(REASON_COUNT), "unknown exit reason", "behind the last");
    is_str(exit_reason_name(0xFFFFFFFF), "unknown exit reason", "far behind it");
}

static void test_interrupt(void)
{
    const uint64_t on = RFLAGS_IF, off = 0;

    is_int(interrupt_step(false, on, 0), INTERRUPT_INJECT, "a request, and IF is 1: now");
    is_int(interrupt_step(false, off, 0), INTERRUPT_WINDOW, "IF is 0: later");
    is_int(interrupt_step(false, on, BLOCKING_STI), INTERRUPT_WINDOW, "behind STI: later");
    is_int(interrupt_step(false, on, BLOCKING_SS), INTERRUPT_WINDOW, "behind MOV SS: later");
    is_int(interrupt_step(false, on, BLOCKING_NMI), INTERRUPT_INJECT, "in an NMI handler: now");
    is_int(interrupt_step(true, on, 0), INTERRUPT_WINDOW, "behind another event: later");
}

#define RAM (2u << 20)

static uint64_t gpa_of(const struct ept *ept, struct guest_paging paging, uint64_t linear)
{
    uint64_t gpa;

    return guest_translate(ept, &paging, linear, &gpa) ? gpa : ~0ull;
}

static void test_paging(void)
{
    const struct guest_paging none = {.cr0 = 1}, bits_32 = {0x80000001, 0x1000, 0, 0},
                              pse = {0x80000001, 0x1000, 0x10, 0},
                              pae = {0x80000001, 0, 0x20, 0, .pdpte = {[3] = 0x5001}},
                              bits_64 = {0x80000001, 0x4000, 0x20, 0xD00};
    struct ept ept;
    uint8_t *ram;

    ept_create(&ept);
    memory_add(&ept, 0, RAM);
    ram = memory_at(&ept, 0, RAM);

    is_int(gpa_of(&ept, none, 0x12345678), 0x12345678, "no paging: the same");
    is_int(gpa_of(&ept, none, 0x112345678), 0x12345678, "no paging: 32 bits of it");

    // 32-bit: entry 1 of the directory is a table, whose entry 2 is a page; entry 3 is of 4 MiB.
    *(uint32_t *)(ram + 0x1000 + 1 * 4) = 0x2001;
    *(uint32_t *)(ram + 0x2000 + 2 * 4) = 0xABCD003;
    *(uint32_t *)(ram + 0x1000 + 3 * 4) = 0x0C00083;
    is_int(gpa_of(&ept, bits_32, 0x402123), 0xABCD123, "32-bit: a page of 4 KiB");
    is_int(gpa_of(&ept, bits_32, 0x403123), ~0ull, "32-bit: a page that isn't there");
    is_int(gpa_of(&ept, bits_32, 0x800000), ~0ull, "32-bit: a table that isn't there");
    is_int(gpa_of(&ept, pse, 0xC12345), 0xC12345, "32-bit: a page of 4 MiB");
    is_int(gpa_of(&ept, bits_32, 0xC12345), ~0ull, "32-bit: bit 7 means nothing without CR4.PSE");

    // PAE: entry 3 of the four in the CPU, then a large page.
    *(uint64_t *)(ram + 0x5000 + 1 * 8) = 0x140000083;
    is_int(gpa_of(&ept, pae, 0xC0201234), 0x140001234, "PAE: a page of 2 MiB above 4 GiB");

    // 64-bit: a page of each size.
    *(uint64_t *)(ram + 0x4000 + 256 * 8) = 0x6003;
    *(uint64_t *)(ram + 0x6000 + 0 * 8) = 0x7003;
    *(uint64_t *)(ram + 0x6000 + 1 * 8) = 0x240000083;
    *(uint64_t *)(ram + 0x7000 + 0 * 8) = 0x8003;
    *(uint64_t *)(ram + 0x7000 + 5 * 8) = 0x8000000000A00083;
    *(uint64_t *)(ram + 0x8000 + 7 * 8) = 0x8000000000009003;
    is_int(gpa_of(&ept, bits_64, 0xFFFF800000007FED), 0x9FED, "64-bit: 4 KiB, no-execute bit set");
    is_int(gpa_of(&ept, bits_64, 0xFFFF800000A12345), 0xA12345, "64-bit: 2 MiB");
    is_int(gpa_of(&ept, bits_64, 0xFFFF800040012345), 0x240012345, "64-bit: 1 GiB");
    is_int(gpa_of(&ept, bits_64, 0x0000100000000000), ~0ull, "64-bit: nothing there");
    *(uint64_t *)(ram + 0x4000) = 0x10000003;
    is_int(gpa_of(&ept, bits_64, 0), ~0ull, "a table outside of the guest's memory");
    memory_destroy(&ept);
}

// The walk that an instruction makes, where string_io_test.c doesn't get: outside of 64-bit mode.
static void test_walk(void)
{
    struct guest_paging bits_32 = {.cr0 = 0x80010001, .cr3 = 0x1000, .cr4 = 0x10};
    struct guest_paging pae = {.cr0 = 0x80010001, .cr4 = 0x20, .pdpte = {0x5001}};
    struct guest_walk walk;
    struct ept ept;
    uint8_t *ram;

    ept_create(&ept);
    memory_add(&ept, 0, RAM);
    ram = memory_at(&ept, 0, RAM);

    *(uint32_t *)(ram + 0x1000) = 0x00406087;
    walk = guest_walk(&ept, &bits_32, 0x123456, PAGE_FAULT_WRITE | PAGE_FAULT_USER);
    ok(walk.end == WALK_MAPPED && walk.gpa == 0x300523456,
       "32-bit: 4 MiB with bits 39:32 of the address in bits 20:13");
    is_int(*(uint32_t *)(ram + 0x1000), 0x004060E7, "accessed and dirty");
    *(uint32_t *)(ram + 0x1000) = 0x00600087;
    walk = guest_walk(&ept, &bits_32, 0, 0);
    ok(walk.end == WALK_FAULT && walk.error == (PAGE_FAULT_PRESENT | PAGE_FAULT_RESERVED),
       "32-bit: bit 21 is reserved there");
    *(uint32_t *)(ram + 0x1000) = 0x0041E087;
    bits_32.physical_bits = 36;
    is_int(guest_walk(&ept, &bits_32, 0, 0).gpa, 0xF00400000, "a CPU of 36 bits: up to bit 35");
    *(uint32_t *)(ram + 0x1000) = 0x00420087;
    is_int(guest_walk(&ept, &bits_32, 0, 0).error, PAGE_FAULT_PRESENT | PAGE_FAULT_RESERVED,
           "bit 36 of the address is reserved");
    *(uint32_t *)(ram + 0x1000) = 0x00402087;
    bits_32.physical_bits = 32;
    is_int(guest_walk(&ept, &bits_32, 0, 0).error, PAGE_FAULT_PRESENT | PAGE_FAULT_RESERVED,
           "a CPU of 32 bits: all of them are");

    *(uint64_t *)(ram + 0x5000) = 0x83;
    is_int(guest_walk(&ept, &pae, 0x12345, 0).gpa, 0x12345, "PAE: a page of 2 MiB");
    walk = guest_walk(&ept, &pae, 0x12345, PAGE_FAULT_USER);
    ok(walk.end == WALK_FAULT && walk.error == (PAGE_FAULT_PRESENT | PAGE_FAULT_USER),
       "PAE: the PDPTE grants nothing, the PDE only to supervisors");
    *(uint64_t *)(ram + 0x5000) = 1ull << 52 | 0x83;
    is_int(guest_walk(&ept, &pae, 0, 0).error, PAGE_FAULT_PRESENT | PAGE_FAULT_RESERVED,
           "PAE: bits 62:52 are reserved");
    is_int(guest_walk(&ept, &pae, 0x40000000, PAGE_FAULT_WRITE).error, PAGE_FAULT_WRITE,
           "PAE: a PDPTE that isn't present");
    pae.pdpte[0] = 0x40000001;
    is_int(guest_walk(&ept, &pae, 0, 0).end, WALK_NO_MEMORY, "PAE: a table without memory");
    memory_destroy(&ept);
}

static void test_memory(void)
{
    struct ept ept;

    ept_create(&ept);
    memory_add(&ept, 0x1FF000, 0x202000);
    ok(memory_at(&ept, 0x1FF000, 0x1000), "the page before a large one");
    ok(memory_at(&ept, 0x200000, 0x200000), "all of the large one");
    ok(!memory_at(&ept, 0x200000, 0x202000), "not beyond the end");
    ok(!memory_at(&ept, 0x1FEFFF, 2), "not across the start");
    ok(!memory_at(&ept, 0x200000, 0), "no bytes are nowhere");
    ok(!memory_at(&ept, 0x200000, ~0ull), "too many bytes are nowhere too");
    is_int(*(uint8_t *)memory_at(&ept, 0x1FF000, 1), 0, "it is cleared");
    memory_add_as_it_is(&ept, 0x600000, 0x200000);
    is_int(*(uint8_t *)memory_at(&ept, 0x600000, 1), USED, "but where the guest wants it as it is");
    memory_add_rom(&ept, 0x800000, "a ROM", 0x1000);
    is_str(memory_at(&ept, 0x800000, 6), "a ROM", "a ROM has what it was given");
    is_int(ept_walk(&ept, 0x800000).entry[3] & 7, EPT_READ | EPT_EXECUTE, "and can't be written");
    ept_fill(&ept);
    ok(!memory_at(&ept, 0xFEE00030, 4), "an empty bus is no memory");
    ok(memory_at(&ept, 0x200000, 0x200000), "and memory stays what it was");
    memory_destroy(&ept);
    is_int(pages, 0, "all pages are given back");
}

static void test_tsc(void)
{
    is_int(tsc_khz_from(1000000, 1193182), 1000, "a million ticks a second");
    is_int(tsc_khz_from(3500000000, 1193182), 3500000, "3.5 GHz");
    is_int(tsc_khz_from(1ull << 34, 59659), 343597960, "nothing overflows");
}

int main(void)
{
    test_tsc();
    test_msr_bitmap();
    test_io_bitmap();
    test_io();
    test_names();
    test_interrupt();
    test_paging();
    test_walk();
    test_memory();
    return done_testing();
}
