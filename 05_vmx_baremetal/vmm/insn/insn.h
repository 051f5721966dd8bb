// One instruction of the guest, decoded: as many as drivers and firmware use on memory where a
// device is, or nothing. Knows no VMCS and no memory, so the unit tests try it on all modes.
//
// Source: SDM Vol. 2, "Instruction Format" and appendix "Opcode Map".

#ifndef VMM_INSN_INSN_H
#define VMM_INSN_INSN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define INSN_MAX 15  // bytes of an instruction

// What it does with its operand in memory. The first seven are numbered as in their opcodes.
enum insn_op {
    INSN_ADD,
    INSN_OR,
    INSN_ADC,
    INSN_SBB,
    INSN_AND,
    INSN_SUB,
    INSN_XOR,
    INSN_NOT,
    INSN_NEG,
    INSN_INC,
    INSN_DEC,
    INSN_EXCHANGE,     // XCHG
    INSN_STORE,        // MOV, MOVNTI to memory
    INSN_LOAD,         // MOV, MOVZX from memory to a register
    INSN_LOAD_SIGNED,  // MOVSX, MOVSXD
    INSN_STOS,
    INSN_MOVS,
    INSN_X87_CONTROL,  // FNSTCW
    INSN_X87_STATUS,   // FNSTSW to memory
};

// The guest when it comes to the instruction.
struct insn_state {
    const uint64_t *gpr;  // 16 registers in the CPU's order, RSP among them
    uint64_t rip;
    unsigned bits;  // of its code: 16, 32, 64
};

struct insn {
    enum insn_op op;
    unsigned length;        // bytes of the instruction
    unsigned size;          // bytes of the operand in memory: 1, 2, 4, 8
    unsigned address_size;  // bytes: 2, 4, 8
    unsigned segment;   // the operand's: ES, CS, SS, DS, FS, GS are 0 to 5. MOVS: of what it reads
    uint64_t offset;    // where it is in the segment. STOS and MOVS: in RDI, RSI
    uint64_t value;     // what is stored, or the right operand
    unsigned reg;       // the register of a load or exchange, ...
    unsigned reg_size;  // ... bytes of it that are written ...
    bool reg_high;      // ... or AH, CH, DH, BH for registers 0 to 3
    bool repeat;        // STOS, MOVS: RCX times
};

// Decodes the instruction that begins with the `count` bytes. False if it is none of the above, has
// no operand in memory, or doesn't end within `count`.
bool insn_decode(struct insn *insn, const struct insn_state *state, const uint8_t *bytes,
                 size_t count);

// What the instruction makes of the operand's old value `memory`, and of the flags.
uint64_t insn_result(const struct insn *insn, uint64_t memory, uint64_t *rflags);

// A load's or exchange's other half: the register gets the operand's old value `memory`.
void insn_load(const struct insn *insn, uint64_t gpr[16], uint64_t memory);

#endif
