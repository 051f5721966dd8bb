// From bytes to an instruction: see insn.h.

#include "vmm/insn/insn.h"

// As in ModRM, SIB and the prefixes' numbers.
enum { ES, CS, SS, DS, FS, GS };
enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI };

#define REX_W (1u << 3)
#define REX_R (1u << 2)
#define REX_X (1u << 1)
#define REX_B (1u << 0)

struct decoder {
    const struct insn_state *state;
    const uint8_t *bytes;
    size_t count, at;
    bool failed;  // the bytes have run out

    bool prefix_66, prefix_67, repeat;
    int segment;  // of a prefix; -1: none
    uint8_t rex;
    unsigned operand_size;  // bytes, where it isn't 1
    bool relative;          // to the end of the instruction
    unsigned reg;           // bits 5:3 of ModRM: a register, or part of the opcode
    struct insn *insn;
};

static uint8_t next(struct decoder *d)
{
    if (d->at < d->count)
        return d->bytes[d->at++];
    d->failed = true;
    return 0;
}

static uint64_t next_unsigned(struct decoder *d, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size; i++)
        value |= (uint64_t)next(d) << 8 * i;
    return value;
}

static uint64_t next_signed(struct decoder *d, unsigned size)
{
    unsigned unused = 64 - 8 * size;

    return (uint64_t)((int64_t)(next_unsigned(d, size) << unused) >> unused);
}

// In 64-bit code, only FS and GS have a base, and other prefixes mean nothing.
static void segment_prefix(struct decoder *d, int segment)
{
    if (d->state->bits != 64 || segment >= FS)
        d->segment = segment;
}

// Takes the prefixes, and returns the first byte behind them. REX counts only as the last one.
static uint8_t prefixes(struct decoder *d)
{
    for (;;) {
        uint8_t byte = next(d);

        switch (byte) {
        case 0x26: segment_prefix(d, ES); break;
        case 0x2E: segment_prefix(d, CS); break;
        case 0x36: segment_prefix(d, SS); break;
        case 0x3E: segment_prefix(d, DS); break;
        case 0x64: segment_prefix(d, FS); break;
        case 0x65: segment_prefix(d, GS); break;
        case 0x66: d->prefix_66 = true; break;
        case 0x67: d->prefix_67 = true; break;
        case 0xF0: break;  // LOCK: nobody else is there
        case 0xF2:
        case 0xF3: d->repeat = true; break;
        default:
            if (d->state->bits != 64 || (byte & 0xF0) != 0x40)
                return byte;
            d->rex = byte;
            continue;
        }
        d->rex = 0;
    }
}

static void sizes(struct decoder *d)
{
    unsigned bits = d->state->bits;

    d->operand_size = (d->prefix_66 ? bits != 16 : bits == 16) ? 2 : 4;
    if (d->rex & REX_W)
        d->operand_size = 8;
    d->insn->address_size = bits == 64 ? 8 : bits == 32 ? 4 : 2;
    if (d->prefix_67)
        d->insn->address_size = bits == 32 ? 2 : 4;
}

static uint64_t gpr(const struct decoder *d, unsigned reg)
{
    return d->state->gpr[reg];
}

// The operand's segment, unless a prefix says something else.
static void segment_default(struct decoder *d, unsigned segment)
{
    d->insn->segment = d->segment < 0 ? segment : (unsigned)d->segment;
}

static void address_16(struct decoder *d, unsigned mod, unsigned rm)
{
    static const uint8_t base[8] = {RBX, RBX, RBP, RBP, RSI, RDI, RBP, RBX};
    static const uint8_t index[4] = {RSI, RDI, RSI, RDI};
    bool direct = mod == 0 && rm == 6;

    segment_default(d, !direct && base[rm] == RBP ? SS : DS);
    if (!direct)
        d->insn->offset = gpr(d, base[rm]) + (rm < 4 ? gpr(d, index[rm]) : 0);
    if (mod == 1)
        d->insn->offset += next_signed(d, 1);
    else if (mod == 2 || direct)
        d->insn->offset += next_signed(d, 2);
}

static void address_32(struct decoder *d, unsigned mod, unsigned rm)
{
    unsigned sib = rm == RSP ? next(d) : rm;  // without a SIB byte: base rm, no index
    unsigned base = sib & 7, index = (sib >> 3 & 7) | (d->rex & REX_X ? 8 : 0);
    bool no_base = mod == 0 && base == RBP;

    segment_default(d, !no_base && !(d->rex & REX_B) && (base == RSP || base == RBP) ? SS : DS);
    if (rm == RSP && index != RSP)
        d->insn->offset = gpr(d, index) << (sib >> 6);
    if (!no_base)
        d->insn->offset += gpr(d, base | (d->rex & REX_B ? 8 : 0));
    d->relative = no_base && rm != RSP && d->state->bits == 64;
    if (mod == 1)
        d->insn->offset += next_signed(d, 1);
    else if (mod == 2 || no_base)
        d->insn->offset += next_signed(d, 4);
}

// ModRM and what belongs to it. False if the operand is a register.
static bool modrm(struct decoder *d)
{
    uint8_t byte = next(d);
    unsigned mod = byte >> 6, rm = byte & 7;

    d->reg = byte >> 3 & 7;
    if (mod == 3)
        return false;
    if (d->insn->address_size == 2)
        address_16(d, mod, rm);
    else
        address_32(d, mod, rm);
    return true;
}

// The register of ModRM, as the operand of `size` bytes beside the one in memory. Without REX,
// bytes 4 to 7 are the second ones of the first four registers.
static void reg_operand(struct decoder *d, unsigned size)
{
    struct insn *insn = d->insn;

    insn->reg = d->reg | (d->rex & REX_R ? 8 : 0);
    insn->reg_size = size;
    insn->reg_high = size == 1 && !d->rex && insn->reg >= 4;
    if (insn->reg_high)
        insn->reg -= 4;
    insn->value = gpr(d, insn->reg) >> (insn->reg_high ? 8 : 0);
}

static void immediate(struct decoder *d, unsigned size)
{
    d->insn->value = next_signed(d, size > 4 ? 4 : size);
}

// MOV between RAX and an address without ModRM.
static bool direct(struct decoder *d, bool store)
{
    segment_default(d, DS);
    d->insn->op = store ? INSN_STORE : INSN_LOAD;
    d->insn->offset = next_unsigned(d, d->insn->address_size);
    d->insn->reg_size = d->insn->size;
    d->insn->value = gpr(d, RAX);
    return true;
}

static bool string(struct decoder *d, enum insn_op op)
{
    segment_default(d, DS);
    d->insn->op = op;
    d->insn->repeat = d->repeat;
    d->insn->value = gpr(d, RAX);
    return true;
}

static bool with_reg(struct decoder *d, enum insn_op op)
{
    d->insn->op = op;
    if (!modrm(d))
        return false;
    reg_operand(d, d->insn->size);
    return true;
}

static bool with_immediate(struct decoder *d, enum insn_op op, unsigned size)
{
    d->insn->op = op;
    immediate(d, size);
    return true;
}

// 80h, 81h, 83h: ModRM has the operation. 7 is CMP, which writes nothing.
static bool group_1(struct decoder *d, unsigned immediate_size)
{
    return modrm(d) && d->reg < 7 && with_immediate(d, (enum insn_op)d->reg, immediate_size);
}

static bool group(struct decoder *d, unsigned first, enum insn_op op, enum insn_op second)
{
    if (!modrm(d) || (d->reg != first && d->reg != first + 1))
        return false;
    d->insn->op = d->reg == first ? op : second;
    return true;
}

static bool x87(struct decoder *d, enum insn_op op)
{
    d->insn->size = 2;
    d->insn->op = op;
    return modrm(d) && d->reg == 7;
}

// MOVZX, MOVSX, MOVSXD: memory of `size` bytes to a register of the operand's size.
static bool extend(struct decoder *d, enum insn_op op, unsigned size)
{
    d->insn->size = size;
    if (!with_reg(d, op))
        return false;
    reg_operand(d, d->operand_size);
    return true;
}

static bool two_bytes(struct decoder *d, uint8_t opcode)
{
    switch (opcode) {
    case 0xB6: return extend(d, INSN_LOAD, 1);
    case 0xB7: return extend(d, INSN_LOAD, 2);
    case 0xBE: return extend(d, INSN_LOAD_SIGNED, 1);
    case 0xBF: return extend(d, INSN_LOAD_SIGNED, 2);
    case 0xC3: d->insn->size = d->operand_size; return with_reg(d, INSN_STORE);  // MOVNTI
    default: return false;
    }
}

static bool one_byte(struct decoder *d, uint8_t opcode)
{
    bool wide = opcode & 1;

    d->insn->size = wide ? d->operand_size : 1;
    if (opcode < 0x38 && (opcode & 7) < 2)  // ADD to XOR, memory on the left
        return with_reg(d, (enum insn_op)(opcode >> 3));
    switch (opcode) {
    case 0x63: return d->state->bits == 64 && extend(d, INSN_LOAD_SIGNED, 4);
    case 0x80: return group_1(d, 1);
    case 0x81: return group_1(d, d->operand_size);
    case 0x83: return group_1(d, 1);
    case 0x86:
    case 0x87: return with_reg(d, INSN_EXCHANGE);
    case 0x88:
    case 0x89: return with_reg(d, INSN_STORE);
    case 0x8A:
    case 0x8B: return with_reg(d, INSN_LOAD);
    case 0xA0:
    case 0xA1: return direct(d, false);
    case 0xA2:
    case 0xA3: return direct(d, true);
    case 0xA4:
    case 0xA5: return string(d, INSN_MOVS);
    case 0xAA:
    case 0xAB: return string(d, INSN_STOS);
    case 0xC6:
    case 0xC7: return modrm(d) && !d->reg && with_immediate(d, INSN_STORE, d->insn->size);
    case 0xD9: return x87(d, INSN_X87_CONTROL);
    case 0xDD: return x87(d, INSN_X87_STATUS);
    case 0xF6:
    case 0xF7: return group(d, 2, INSN_NOT, INSN_NEG);
    case 0xFE:
    case 0xFF: return group(d, 0, INSN_INC, INSN_DEC);
    default: return false;
    }
}

bool insn_decode(struct insn *insn, const struct insn_state *state, const uint8_t *bytes,
                 size_t count)
{
    struct decoder d = {.state = state,
                        .bytes = bytes,
                        .count = count < INSN_MAX ? count : INSN_MAX,
                        .segment = -1,
                        .insn = insn};
    uint8_t opcode = prefixes(&d);

    *insn = (struct insn){0};
    sizes(&d);
    if (!(opcode == 0x0F ? two_bytes(&d, next(&d)) : one_byte(&d, opcode)) || d.failed)
        return false;
    insn->length = (unsigned)d.at;
    if (d.relative)
        insn->offset += state->rip + insn->length;
    if (insn->address_size < 8)
        insn->offset &= (1ull << 8 * insn->address_size) - 1;
    return true;
}
