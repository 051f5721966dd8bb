// VMCALL, by which a guest asks something of us.

#include "vmm/exits/exits.h"

#include <string.h>

#include "common/pc/acpi/acpi.h"
#include "common/pc/hypercall.h"
#include "kernel/console/console.h"
#include "vmm/memory/memory.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vmx/reasons.h"
#include "vmm/vmx/vmcs.h"

#define TSS_IO_MAP 102  // in a 32 or 64-bit TSS: where the I/O permission bitmap begins

static enum resume call_hello(struct vcpu *vcpu)
{
    kprintf("hello from the guest \"%s\"\n", vcpu->guest->name);
    vcpu->gpr[RAX] = 0;
    vcpu->gpr[RBX] = HYPERCALL_VERSION;
    return RESUME_NEXT;
}

// One row of the table of exits: a reason, or behind the last of them a device page. The guest
// counts up until there is no more.
static enum resume call_stats(struct vcpu *vcpu, uint64_t row)
{
    const struct guest *guest = vcpu->guest;
    uint64_t page = row - REASON_COUNT, exits;
    char name[HYPERCALL_NAME_SIZE] = {0};
    const char *text;
    size_t length;

    if (row < REASON_COUNT) {
        text = exit_reason_name((uint32_t)row);
        exits = vcpu->exits_by_reason[row];
        for (size_t i = 0; i < guest->page_count && row == REASON_EPT_VIOLATION; i++)
            exits -= vcpu->exits_by_page[i];  // they have rows of their own
    } else if (page < guest->page_count) {
        text = guest->pages[page].name;
        exits = vcpu->exits_by_page[page];
    } else {
        vcpu->gpr[RAX] = (uint64_t)HYPERCALL_END;
        return RESUME_NEXT;
    }
    length = strlen(text);
    memcpy(name, text, length < sizeof(name) ? length : sizeof(name));
    vcpu->gpr[RAX] = 0;
    vcpu->gpr[RBX] = exits;
    memcpy(&vcpu->gpr[RCX], name, 8);
    memcpy(&vcpu->gpr[RDX], name + 8, 8);
    memcpy(&vcpu->gpr[RSI], name + 16, 8);
    memcpy(&vcpu->gpr[RDI], name + 24, 8);
    return RESUME_NEXT;
}

enum resume hypercall(struct vcpu *vcpu, uint64_t number, uint64_t argument)
{
    switch (number) {
    case HYPERCALL_HELLO: return call_hello(vcpu);
    case HYPERCALL_STATS: return call_stats(vcpu, argument);
    case HYPERCALL_POWEROFF: vcpu->status = VM_POWERED_OFF; return RESUME_STOP;
    default: vcpu->gpr[RAX] = (uint64_t)HYPERCALL_UNKNOWN; return RESUME_NEXT;
    }
}

// A byte of the guest's memory that the CPU itself could read, or all ones.
static uint8_t peek(const struct vcpu *vcpu, uint64_t linear)
{
    const struct guest_paging paging = guest_paging_now(vcpu);
    const struct ept *ept = &vcpu->guest->ept;
    const uint8_t *byte = NULL;
    uint64_t gpa;

    if (guest_translate(ept, &paging, linear, &gpa))
        byte = memory_at(ept, gpa, 1);
    return byte ? *byte : 0xFF;
}

// Has the guest's kernel given the port to the code that runs? Source: SDM Vol. 1, "I/O Privilege
// Level", "I/O Permission Bit Map".
static bool may_use_port(const struct vcpu *vcpu, uint16_t port)
{
    uint64_t rflags = vmcs_read(GUEST_RFLAGS), tss = vmcs_read(GUEST_TR_BASE);
    uint64_t bit;

    if (!(rflags & RFLAGS_VM) && guest_cpl() <= RFLAGS_IOPL(rflags))
        return true;
    bit = (peek(vcpu, tss + TSS_IO_MAP) | peek(vcpu, tss + TSS_IO_MAP + 1) << 8) + port / 8;
    return bit < vmcs_read(GUEST_TR_LIMIT) && !(peek(vcpu, tss + bit) >> port % 8 & 1);
}

// Outside of 64-bit mode the upper halves of registers are not the guest's.
enum resume exit_vmcall(struct vcpu *vcpu)
{
    uint64_t mask = guest_is_64_bit() ? UINT64_MAX : UINT32_MAX;
    uint64_t number = vcpu->gpr[RAX] & mask;

    if (number == HYPERCALL_POWEROFF && !may_use_port(vcpu, ACPI_PM1A_CONTROL)) {
        vcpu->gpr[RAX] = (uint64_t)HYPERCALL_DENIED;
        return RESUME_NEXT;
    }
    return hypercall(vcpu, number, vcpu->gpr[RBX] & mask);
}
