// Instructions that the CPU can't carry out because of where their operand is: emulate().

#include "vmm/exits/exits.h"

#include <string.h>

#include "vmm/insn/insn.h"
#include "vmm/memory/guest_paging.h"
#include "vmm/memory/memory.h"
#include "vmm/vcpu/guest_mode.h"
#include "vmm/vmx/guest_state.h"
#include "vmm/vmx/vmcs.h"

static unsigned code_bits(void)
{
    if (guest_is_64_bit())
        return 64;
    return vmcs_read(GUEST_CS_ACCESS) & ACCESS_DB ? 32 : 16;
}

// Page by page: to find one is slow.
unsigned guest_fetch(const struct vcpu *vcpu, uint8_t *bytes, unsigned max)
{
    const struct guest_paging paging = guest_paging_now(vcpu);
    const struct ept *ept = &vcpu->guest->ept;
    uint64_t base = guest_is_64_bit() ? 0 : vmcs_read(GUEST_CS_BASE);
    uint64_t linear = base + vmcs_read(GUEST_RIP), gpa;
    unsigned count = 0;

    while (count < max) {
        unsigned left = PAGE_SIZE - (linear + count) % PAGE_SIZE;
        unsigned size = left < max - count ? left : max - count;
        const void *from = NULL;

        if (guest_translate(ept, &paging, linear + count, &gpa))
            from = memory_at(ept, gpa, size);
        if (!from)
            break;
        memcpy(bytes + count, from, size);
        count += size;
    }
    return count;
}

static bool decode(struct vcpu *vcpu, struct insn *insn)
{
    const struct insn_state state = {vcpu->gpr, vmcs_read(GUEST_RIP), code_bits()};
    uint8_t bytes[INSN_MAX];

    vcpu->gpr[RSP] = vmcs_read(GUEST_RSP);  // no destination of an instruction that we know
    return insn_decode(insn, &state, bytes, guest_fetch(vcpu, bytes, INSN_MAX));
}

// One operand in memory, or in a device's page, where reading is an act and not only a look.
static enum resume plain(struct vcpu *vcpu, const struct insn *insn)
{
    bool loads = insn->op == INSN_LOAD || insn->op == INSN_LOAD_SIGNED;
    bool stores = insn->op == INSN_STORE || insn->op >= INSN_X87_CONTROL;
    uint64_t rflags = vmcs_read(GUEST_RFLAGS), before = rflags, memory;
    struct operand operand;
    enum resume resume;

    if (!guest_operand_reach(vcpu, insn->segment, insn->offset, insn->size, !loads, &operand,
                             &resume))
        return resume;
    memory = stores ? 0 : operand_read(&operand);
    if (insn->op >= INSN_X87_CONTROL)
        operand_write(&operand, insn->op == INSN_X87_CONTROL ? fnstcw() : fnstsw());
    else if (!loads)
        operand_write(&operand, insn_result(insn, memory, &rflags));
    if (loads || insn->op == INSN_EXCHANGE)
        insn_load(insn, vcpu->gpr, memory);
    if (rflags != before)
        vmcs_write(GUEST_RFLAGS, rflags);
    return RESUME_NEXT;
}

// One element of STOS or MOVS. Nothing is read before it is clear that it can be written.
static bool move_element(struct vcpu *vcpu, const void *what, enum resume *resume)
{
    const struct insn *insn = what;
    uint64_t from = address_cut(vcpu->gpr[RSI], insn->address_size);
    uint64_t to = address_cut(vcpu->gpr[RDI], insn->address_size);
    struct operand source, target;
    bool loads = insn->op == INSN_MOVS;

    if (loads &&
        !guest_operand_reach(vcpu, insn->segment, from, insn->size, false, &source, resume))
        return false;
    if (!guest_operand_reach(vcpu, SEGMENT_ES, to, insn->size, true, &target, resume))
        return false;
    operand_write(&target, loads ? operand_read(&source) : insn->value);
    return true;
}

static enum resume move(struct vcpu *vcpu, const struct insn *insn)
{
    const struct string string = {
        .size = insn->size,
        .address_size = insn->address_size,
        .repeat = insn->repeat,
        .source = insn->op == INSN_MOVS,
        .destination = true,
    };

    return string_repeat(vcpu, &string, move_element, insn);
}

bool emulate(struct vcpu *vcpu, enum resume *resume)
{
    struct insn insn;

    if (!decode(vcpu, &insn))
        return false;
    *resume = insn.op == INSN_STOS || insn.op == INSN_MOVS ? move(vcpu, &insn) : plain(vcpu, &insn);
    if (*resume == RESUME_NEXT)
        vcpu->emulated = insn.length;
    return true;
}
