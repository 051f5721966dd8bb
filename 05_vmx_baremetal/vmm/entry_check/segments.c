// Rules on the guest's segment registers. Source: SDM Vol. 3, "Checks on Guest Segment Registers".

#include "kernel/cpu.h"
#include "vmm/entry_check/rule.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"
#include "vmm/vmx/vmx.h"

// The fields of segment register `name`.
#define FIELDS(name) GUEST_##name, GUEST_##name##_BASE, GUEST_##name##_LIMIT, GUEST_##name##_ACCESS

struct segment_fields {
    enum vmcs_field selector, base, limit, access;
};

static const struct segment_fields code = {FIELDS(CS)}, stack = {FIELDS(SS)};
static const struct segment_fields task = {FIELDS(TR)}, ldt = {FIELDS(LDTR)};
static const struct segment_fields data[] = {
    {FIELDS(DS)}, {FIELDS(ES)}, {FIELDS(FS)}, {FIELDS(GS)}};

static uint32_t access_of(const struct segment_fields *segment)
{
    return (uint32_t)vmcs_read(segment->access);
}

static bool is_usable(const struct segment_fields *segment)
{
    return !(access_of(segment) & ACCESS_UNUSABLE);
}

static bool is_unrestricted(void)
{
    return vmcs_cpu2_controls() & CPU2_UNRESTRICTED;
}

static bool is_ia32e(void)
{
    return vmcs_read(ENTRY_CONTROLS) & ENTRY_GUEST_64;
}

// A limit counted in pages ends in ones; a limit counted in bytes is below 1 MiB.
static bool granularity_fits(const struct segment_fields *segment)
{
    uint64_t limit = vmcs_read(segment->limit);

    if (access_of(segment) & ACCESS_G)
        return (limit & 0xFFF) == 0xFFF;
    return limit >> 20 == 0;
}

// What holds for every usable segment; `system` ones are TR and LDTR.
static void check_access(struct vmcs_check *check, const struct segment_fields *segment,
                         bool system)
{
    uint32_t access = access_of(segment);

    vmcs_require(check, !(access & ACCESS_S) == system, segment->access,
                 "S is 1 for code and data, 0 for TR and LDTR");
    vmcs_require(check, access & ACCESS_P, segment->access, "P is 1");
    vmcs_require(check, !(access & ACCESS_RESERVED), segment->access,
                 "bits 31:17 and 11:8 of the access rights are 0");
    vmcs_require(check, granularity_fits(segment), segment->access, "G and the limit agree");
}

static void check_code(struct vmcs_check *check)
{
    uint32_t access = access_of(&code);
    unsigned dpl = ACCESS_DPL(access), stack_dpl = ACCESS_DPL(access_of(&stack));
    unsigned type = ACCESS_TYPE(access);
    bool conforming = type == 13 || type == 15;

    check_access(check, &code, false);
    vmcs_require(check,
                 ((type & ACCESS_CODE) && (type & ACCESS_ACCESSED)) ||
                     (type == SEGMENT_DATA && is_unrestricted()),
                 code.access, "CS is accessed code, or data in an unrestricted guest");
    if (type == SEGMENT_DATA)
        vmcs_require(check, dpl == 0, code.access, "CS as data has DPL 0");
    else
        vmcs_require(check, conforming ? dpl <= stack_dpl : dpl == stack_dpl, code.access,
                     "DPL of CS is that of SS, or not above it if conforming");
    vmcs_require(check, !is_ia32e() || !(access & ACCESS_L) || !(access & ACCESS_DB), code.access,
                 "64-bit code has D/B 0");
    vmcs_require(check, vmcs_read(code.base) >> 32 == 0, code.base, "bits 63:32 are 0");
}

static void check_stack(struct vmcs_check *check)
{
    uint32_t access = access_of(&stack);
    unsigned dpl = ACCESS_DPL(access), type = ACCESS_TYPE(access);
    unsigned rpl = vmcs_read(stack.selector) & 3;

    vmcs_require(check, is_unrestricted() || rpl == (vmcs_read(code.selector) & 3), stack.selector,
                 "RPL of SS is that of CS");
    vmcs_require(check, is_unrestricted() || dpl == rpl, stack.access, "DPL of SS is its RPL");
    vmcs_require(check,
                 dpl == 0 || (ACCESS_TYPE(access_of(&code)) != SEGMENT_DATA &&
                              (vmcs_read(GUEST_CR0) & CR0_PE)),
                 stack.access, "DPL of SS is 0 in real mode and where CS is data");
    if (!is_usable(&stack))
        return;
    check_access(check, &stack, false);
    vmcs_require(check, type == SEGMENT_DATA || type == SEGMENT_DATA_DOWN, stack.access,
                 "SS is writable, accessed data");
    vmcs_require(check, vmcs_read(stack.base) >> 32 == 0, stack.base, "bits 63:32 are 0");
}

static void check_data(struct vmcs_check *check, const struct segment_fields *segment)
{
    uint32_t access = access_of(segment);
    bool wide = segment->base == GUEST_FS_BASE || segment->base == GUEST_GS_BASE;

    if (wide)
        vmcs_require(check, is_canonical(vmcs_read(segment->base)), segment->base,
                     "the address is canonical");
    if (!is_usable(segment))
        return;
    check_access(check, segment, false);
    vmcs_require(check, access & ACCESS_ACCESSED, segment->access, "the segment is accessed");
    vmcs_require(check, !(access & ACCESS_CODE) || (access & ACCESS_READABLE), segment->access,
                 "code in a data segment register is readable");
    vmcs_require(check,
                 is_unrestricted() || ACCESS_TYPE(access) > 11 ||
                     ACCESS_DPL(access) >= (vmcs_read(segment->selector) & 3),
                 segment->access, "DPL is not below RPL");
    if (!wide)
        vmcs_require(check, vmcs_read(segment->base) >> 32 == 0, segment->base, "bits 63:32 are 0");
}

static void check_system(struct vmcs_check *check)
{
    unsigned type = ACCESS_TYPE(access_of(&task));

    check_access(check, &task, true);
    vmcs_require(check, is_usable(&task), task.access, "TR is usable");
    vmcs_require(check, type == SEGMENT_TSS || (type == SEGMENT_TSS_16 && !is_ia32e()), task.access,
                 "TR is a busy TSS, 16-bit only outside IA-32e mode");
    vmcs_require(check, !(vmcs_read(task.selector) & 4), task.selector, "TR is in the GDT");
    vmcs_require(check, is_canonical(vmcs_read(task.base)), task.base, "the address is canonical");
    if (!is_usable(&ldt))
        return;
    check_access(check, &ldt, true);
    vmcs_require(check, ACCESS_TYPE(access_of(&ldt)) == SEGMENT_LDT, ldt.access, "LDTR is an LDT");
    vmcs_require(check, !(vmcs_read(ldt.selector) & 4), ldt.selector, "LDTR is in the GDT");
    vmcs_require(check, is_canonical(vmcs_read(ldt.base)), ldt.base, "the address is canonical");
}

// Virtual-8086 mode has one form of segment only.
static void check_virtual_8086(struct vmcs_check *check, const struct segment_fields *segment)
{
    vmcs_require(check, vmcs_read(segment->base) == vmcs_read(segment->selector) << 4,
                 segment->base, "in virtual-8086 mode the base is 16 times the selector");
    vmcs_require(check, vmcs_read(segment->limit) == 0xFFFF, segment->limit,
                 "in virtual-8086 mode the limit is FFFFh");
    vmcs_require(check, access_of(segment) == 0xF3, segment->access,
                 "in virtual-8086 mode the access rights are F3h");
}

void vmcs_check_segments(struct vmcs_check *check)
{
    bool virtual_8086 = vmcs_read(GUEST_RFLAGS) & RFLAGS_VM;

    if (virtual_8086) {
        check_virtual_8086(check, &code);
        check_virtual_8086(check, &stack);
    } else {
        check_code(check);
        check_stack(check);
    }
    for (unsigned i = 0; i < sizeof(data) / sizeof(data[0]); i++)
        (virtual_8086 ? check_virtual_8086 : check_data)(check, &data[i]);
    check_system(check);
}
