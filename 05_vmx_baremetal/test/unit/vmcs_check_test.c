// vmcs_check() on the host: what vcpu/setup.c makes for each mode is right, and each entry of the
// list of broken ones is found out, by rule and field.

#include "vmm/entry_check/check.h"

#include "common/test/tap.h"
#include "kernel/cpu.h"
#include "test/suite/broken.h"
#include "test/unit/fake/fake_vmcs.h"
#include "test/unit/fake/haswell.h"
#include "vmm/vcpu/setup.h"
#include "vmm/vmx/vmx.h"

#define PAGE_TABLES 0x2000
#define EPTP        (0x123000 | 3 << 3 | 6)
#define MAX         8

static const struct host_state host = {
    .cr0 = 0x80010033,
    .cr3 = 0x5000,
    .cr4 = 0x2020,
    .efer = EFER_LME | EFER_LMA | EFER_NXE,
    .pat = PAT_RESET,
    .gdt_base = 0x101000,
    .idt_base = 0x102000,
    .tss_base = 0x103000,
    .rip = 0x104000,
};

static void vmcs_for(enum mode mode)
{
    const struct guest_state start = broken_start(mode, PAGE_TABLES);

    fake_vmcs_reset();
    vmcs_set_controls(&haswell, EPTP, 0x124000, 0x125000);
    vmcs_set_host(&host);
    vmcs_set_guest(&haswell, &start);
}

// One line for each violation, where a test wants to show them.
static void diag_violations(const struct vmcs_violation *list, unsigned count)
{
    for (unsigned i = 0; i < count && i < MAX; i++)
        printf("# %04x = %llx: %s\n", list[i].field, (unsigned long long)list[i].value,
               list[i].rule);
}

// Machine checks come to us, whatever the guest believes of its CR4.
static void test_machine_check(void)
{
    vmcs_for(LONG);
    ok(vmcs_read(GUEST_CR4) & CR4_MCE, "CR4.MCE is on while the guest runs");
    ok((vmcs_read(CR4_MASK) & CR4_MCE) && !(vmcs_read(CR4_SHADOW) & CR4_MCE),
       "which the guest neither sees nor changes");
    ok(vmcs_read(EXCEPTION_BITMAP) & 1u << 18, "and #MC is an exit");
}

// A CPU with SGX, and one without, which hasn't the field either.
static void test_sgx(void)
{
    static const struct {
        const char *name;
        unsigned bit;
        enum vmcs_field bitmap;
    } rows[] = {{"ENCLS", 15, ENCLS_EXITING_BITMAP}, {"ENCLV", 28, ENCLV_EXITING_BITMAP}};

    for (unsigned i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct vmx_capability sgx = haswell;

        sgx.cpu2 |= BIT(32 + rows[i].bit);
        fake_vmcs_reset();
        vmcs_set_controls(&sgx, EPTP, 0x124000, 0x125000);
        ok(vmcs_read(CPU2_CONTROLS) & BIT(rows[i].bit), "%s exits where the CPU has it",
           rows[i].name);
        is_int(vmcs_read(rows[i].bitmap), ~0ull, "whatever its leaf");
        sgx.cpu2 &= ~BIT(32 + rows[i].bit);
        fake_vmcs_reset();
        vmcs_set_controls(&sgx, EPTP, 0x124000, 0x125000);
        ok(!(vmcs_read(CPU2_CONTROLS) & BIT(rows[i].bit)), "and elsewhere isn't asked for");
        is_int(vmcs_read(rows[i].bitmap), 0xA5A5A5A5A5A5A5A5, "nor is the field written");
    }
}

static void test_whole(void)
{
    static const char *const names[] = {"real", "protected", "PAE", "long"};
    struct vmcs_violation list[MAX];

    for (enum mode mode = REAL; mode <= LONG; mode++) {
        unsigned count;

        vmcs_for(mode);
        count = vmcs_check(&haswell, list, MAX);
        if (!is_int(count, 0, "a VMCS for %s mode breaks no rule", names[mode]))
            diag_violations(list, count);
    }
}

static void test_broken(enum vmcs_area area, const struct broken *row)
{
    struct vmcs_violation list[MAX];
    uint64_t old[CHANGES];

    vmcs_for(row->mode);
    broken_apply(row, old);
    if (!ok(broken_found(&haswell, area, row), "%s: %s", vmcs_field_name(row->field), row->rule))
        diag_violations(list, vmcs_check(&haswell, list, MAX));
    broken_undo(row, old);
    is_int(vmcs_check(&haswell, list, MAX), 0, "and mended");
}

int main(void)
{
    const struct broken_part *parts[] = {&broken_controls, &broken_host, &broken_guest,
                                         &broken_segments, &broken_bochs};

    test_whole();
    test_machine_check();
    test_sgx();
    for (size_t part = 0; part < sizeof(parts) / sizeof(parts[0]); part++)
        for (unsigned i = 0; i < parts[part]->count; i++)
            test_broken(parts[part]->area, &parts[part]->list[i]);
    return done_testing();
}
