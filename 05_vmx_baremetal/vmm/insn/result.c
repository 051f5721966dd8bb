// What an instruction does: see insn.h. Source: SDM Vol. 1, "Status Flags"; Vol. 2, each
// instruction.

#include "common/pc/x86.h"
#include "vmm/insn/insn.h"

#define STATUS (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)

// `value`, of `size` bytes.
static uint64_t cut(uint64_t value, unsigned size)
{
    return size == 8 ? value : value & ((1ull << 8 * size) - 1);
}

static bool top(uint64_t value, unsigned size)
{
    return value >> (8 * size - 1) & 1;
}

static uint64_t flags_of(uint64_t result, unsigned size)
{
    return (cut(result, size) ? 0 : RFLAGS_ZF) | (top(result, size) ? RFLAGS_SF : 0) |
           (__builtin_parity(result & 0xFF) ? 0 : RFLAGS_PF);
}

static uint64_t add(uint64_t a, uint64_t b, bool carry, unsigned size, uint64_t *flags)
{
    uint64_t result = a + b + carry;

    *flags = flags_of(result, size) | ((a ^ b ^ result) & RFLAGS_AF);
    *flags |= top((a & b) | ((a | b) & ~result), size) ? RFLAGS_CF : 0;
    *flags |= top((a ^ result) & (b ^ result), size) ? RFLAGS_OF : 0;
    return result;
}

// a - b is a + ~b + 1, and a borrow no carry.
static uint64_t subtract(uint64_t a, uint64_t b, bool borrow, unsigned size, uint64_t *flags)
{
    uint64_t result = add(a, ~b, !borrow, size, flags);

    *flags ^= RFLAGS_CF | RFLAGS_AF;
    return result;
}

static uint64_t logic(uint64_t result, unsigned size, uint64_t *flags)
{
    *flags = flags_of(result, size);
    return result;
}

uint64_t insn_result(const struct insn *insn, uint64_t memory, uint64_t *rflags)
{
    unsigned size = insn->size;
    bool carry = *rflags & RFLAGS_CF;
    uint64_t a = memory, b = insn->value, result, changed = STATUS, flags = 0;

    switch (insn->op) {
    case INSN_ADD: result = add(a, b, false, size, &flags); break;
    case INSN_ADC: result = add(a, b, carry, size, &flags); break;
    case INSN_SUB: result = subtract(a, b, false, size, &flags); break;
    case INSN_SBB: result = subtract(a, b, carry, size, &flags); break;
    case INSN_NEG: result = subtract(0, a, false, size, &flags); break;
    case INSN_OR: result = logic(a | b, size, &flags); break;
    case INSN_AND: result = logic(a & b, size, &flags); break;
    case INSN_XOR: result = logic(a ^ b, size, &flags); break;
    case INSN_INC:
        result = add(a, 1, false, size, &flags);
        changed &= ~RFLAGS_CF;
        break;
    case INSN_DEC:
        result = subtract(a, 1, false, size, &flags);
        changed &= ~RFLAGS_CF;
        break;
    case INSN_NOT: return cut(~a, size);
    case INSN_EXCHANGE:
    case INSN_STORE:
    case INSN_STOS: return cut(b, size);
    default: return memory;
    }
    *rflags = (*rflags & ~changed) | (flags & changed);
    return cut(result, size);
}

void insn_load(const struct insn *insn, uint64_t gpr[16], uint64_t memory)
{
    unsigned unused = 64 - 8 * insn->size;
    uint64_t *reg = &gpr[insn->reg], mask = cut(UINT64_MAX, insn->reg_size);

    if (insn->op == INSN_LOAD_SIGNED)
        memory = (uint64_t)((int64_t)(memory << unused) >> unused);
    if (insn->reg_high)
        *reg = (*reg & ~0xFF00ull) | memory << 8;
    else if (insn->reg_size < 4)
        *reg = (*reg & ~mask) | (memory & mask);
    else
        *reg = memory & mask;  // 32 bits clear the upper half
}
