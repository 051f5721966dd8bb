// The decoder: by hand in the three modes, and against the CPU that this test runs on, which
// carries out the same instructions.

#include "vmm/insn/insn.h"

#include <stdlib.h>
#include <sys/mman.h>

#include "common/pc/x86.h"
#include "common/test/tap.h"

enum { RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI };
enum { ES, CS, SS, DS, FS, GS };

// --- By hand ---

// Each register has its own number in every digit; RIP is 1000h.
static bool decode(struct insn *insn, unsigned bits, const char *bytes, size_t count)
{
    static uint64_t gpr[16];
    const struct insn_state state = {gpr, 0x1000, bits};

    for (unsigned i = 0; i < 16; i++)
        gpr[i] = 0x1111111111111111ull * i;
    return insn_decode(insn, &state, (const uint8_t *)bytes, count);
}

#define BYTES(text) text, sizeof(text) - 1

static const struct {
    unsigned bits;
    const char *bytes;
    size_t count;
    enum insn_op op;
    unsigned size, segment;
    uint64_t offset, value;
    const char *what;
} rows[] = {
    {64, BYTES("\x88\x03"), INSN_STORE, 1, DS, 0x3333333333333333, 0, "mov [rbx], al"},
    {64, BYTES("\x88\x23"), INSN_STORE, 1, DS, 0x3333333333333333, 0, "mov [rbx], ah"},
    {64, BYTES("\x40\x88\x23"), INSN_STORE, 1, DS, 0x3333333333333333, 0x44, "mov [rbx], spl"},
    {64, BYTES("\x66\x89\x0B"), INSN_STORE, 2, DS, 0x3333333333333333, 0x1111, "mov [rbx], cx"},
    {64, BYTES("\x44\x89\x3B"), INSN_STORE, 4, DS, 0x3333333333333333, 0xFFFFFFFF,
     "mov [rbx], r15d"},
    {64, BYTES("\x4C\x89\x3B"), INSN_STORE, 8, DS, 0x3333333333333333, ~0ull, "mov [rbx], r15"},
    {64, BYTES("\x66\x48\x89\x0B"), INSN_STORE, 8, DS, 0x3333333333333333, 0x1111111111111111,
     "REX.W beats 66h"},
    {64, BYTES("\x48\x66\x89\x0B"), INSN_STORE, 2, DS, 0x3333333333333333, 0x1111,
     "REX before another prefix means nothing"},
    {64, BYTES("\x89\x0D\x10\x00\x00\x00"), INSN_STORE, 4, DS, 0x1016, 0x11111111,
     "mov [rip + 16], ecx"},
    {64, BYTES("\xC7\x05\xF0\xFF\xFF\xFF\x78\x56\x34\x12"), INSN_STORE, 4, DS, 0xFFA, 0x12345678,
     "mov dword [rip - 16], 12345678h: from the end, the number included"},
    {64, BYTES("\x48\xC7\x45\x08\xFE\xFF\xFF\xFF"), INSN_STORE, 8, SS, 0x555555555555555D, ~1ull,
     "mov qword [rbp + 8], -2"},
    {64, BYTES("\x41\x89\x45\x08"), INSN_STORE, 4, DS, 0xDDDDDDDDDDDDDDE5, 0, "mov [r13 + 8], eax"},
    {64, BYTES("\x41\x89\x04\x24"), INSN_STORE, 4, DS, 0xCCCCCCCCCCCCCCCC, 0, "mov [r12], eax"},
    {64, BYTES("\x89\x04\x24"), INSN_STORE, 4, SS, 0x4444444444444444, 0, "mov [rsp], eax"},
    {64, BYTES("\x89\x04\x25\x00\x00\x00\x80"), INSN_STORE, 4, DS, 0xFFFFFFFF80000000, 0,
     "mov [abs 80000000h], eax: the number has a sign"},
    {64, BYTES("\x67\x89\x04\x25\x00\x00\x00\x80"), INSN_STORE, 4, DS, 0x80000000, 0,
     "with 32-bit addresses it has none"},
    {64, BYTES("\x89\x04\x8B"), INSN_STORE, 4, DS, 0x7777777777777777, 0,
     "mov [rbx + rcx * 4], eax"},
    {64, BYTES("\x42\x89\x04\xA3"), INSN_STORE, 4, DS, 0x6666666666666663, 0,
     "mov [rbx + r12 * 4], eax"},
    {64, BYTES("\x64\x89\x03"), INSN_STORE, 4, FS, 0x3333333333333333, 0, "mov [fs:rbx], eax"},
    {64, BYTES("\x2E\x89\x03"), INSN_STORE, 4, DS, 0x3333333333333333, 0,
     "the prefix CS means nothing in 64-bit code"},
    {64, BYTES("\xA3\x88\x77\x66\x55\x44\x33\x22\x11"), INSN_STORE, 4, DS, 0x1122334455667788, 0,
     "mov [1122334455667788h], eax"},
    {64, BYTES("\xF3\x48\xAB"), INSN_STOS, 8, DS, 0, 0, "rep stosq"},
    {64, BYTES("\xA4"), INSN_MOVS, 1, DS, 0, 0, "movsb"},
    {64, BYTES("\x0F\xC3\x0B"), INSN_STORE, 4, DS, 0x3333333333333333, 0x11111111,
     "movnti [rbx], ecx"},
    {32, BYTES("\x89\x0D\x10\x00\x00\x00"), INSN_STORE, 4, DS, 0x10, 0x11111111, "mov [16], ecx"},
    {32, BYTES("\xC6\x05\x00\x00\x00\x40\x01"), INSN_STORE, 1, DS, 0x40000000, 1,
     "mov byte [40000000h], 1"},
    {32, BYTES("\x89\x44\x8D\xF8"), INSN_STORE, 4, SS, 0x99999991, 0,
     "mov [ebp + ecx * 4 - 8], eax"},
    {32, BYTES("\x3E\x89\x45\x00"), INSN_STORE, 4, DS, 0x55555555, 0, "mov [ds:ebp], eax"},
    {32, BYTES("\x67\x89\x47\x01"), INSN_STORE, 4, DS, 0x3334, 0, "mov [bx + 1], eax"},
    {32, BYTES("\x66\xC7\x03\x34\x12"), INSN_STORE, 2, DS, 0x33333333, 0x1234,
     "mov word [ebx], 1234h"},
    {32, BYTES("\x83\x0B\x80"), INSN_OR, 4, DS, 0x33333333, 0xFFFFFFFFFFFFFF80,
     "or dword [ebx], -128"},
    {16, BYTES("\x89\x02"), INSN_STORE, 2, SS, 0xBBBB, 0, "mov [bp + si], ax"},
    {16, BYTES("\x89\x0E\x34\x12"), INSN_STORE, 2, DS, 0x1234, 0x1111, "mov [1234h], cx"},
    {16, BYTES("\x89\x87\xFF\xFF"), INSN_STORE, 2, DS, 0x3332, 0, "mov [bx - 1], ax"},
    {16, BYTES("\x26\x88\x05"), INSN_STORE, 1, ES, 0x7777, 0, "mov [es:di], al"},
    {16, BYTES("\x67\x66\xC7\x00\x78\x56\x34\x12"), INSN_STORE, 4, DS, 0, 0x12345678,
     "mov dword [eax], 12345678h"},
    {16, BYTES("\xA2\x34\x12"), INSN_STORE, 1, DS, 0x1234, 0, "mov [1234h], al"},
    {16, BYTES("\xF3\x66\xAB"), INSN_STOS, 4, DS, 0, 0, "rep stosd"},
    {16, BYTES("\xF0\xFF\x07"), INSN_INC, 2, DS, 0x3333, 0, "lock inc word [bx]"},
    {16, BYTES("\xF6\x17"), INSN_NOT, 1, DS, 0x3333, 0, "not byte [bx]"},
    {16, BYTES("\xA1\x34\x12"), INSN_LOAD, 2, DS, 0x1234, 0, "mov ax, [1234h]"},
};

static void test_rows(void)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        struct insn insn;
        uint64_t mask = rows[i].size == 8 ? ~0ull : (1ull << 8 * rows[i].size) - 1;
        bool is_string = rows[i].op == INSN_STOS || rows[i].op == INSN_MOVS;
        bool pass = decode(&insn, rows[i].bits, rows[i].bytes, rows[i].count);

        ok(pass && insn.op == rows[i].op && insn.length == rows[i].count &&
               insn.size == rows[i].size && insn.segment == rows[i].segment &&
               insn.offset == rows[i].offset &&
               (is_string || (insn.value & mask) == (rows[i].value & mask)),
           "%u: %s", rows[i].bits, rows[i].what);
        ok(!decode(&insn, rows[i].bits, rows[i].bytes, rows[i].count - 1), "and not cut short");
    }
}

static void test_others(void)
{
    static const struct {
        unsigned bits;
        const char *bytes;
        size_t count;
        const char *what;
    } others[] = {
        {64, BYTES("\x89\xC3"), "mov ebx, eax: no memory"},
        {64, BYTES("\x39\x03"), "cmp [rbx], eax: writes nothing"},
        {64, BYTES("\x80\x3B\x01"), "cmp byte [rbx], 1"},
        {64, BYTES("\x50"), "push rax"},
        {64, BYTES("\xFF\x13"), "call [rbx]"},
        {64, BYTES("\xFF\x33"), "push qword [rbx]"},
        {64, BYTES("\x0F\x11\x03"), "movups [rbx], xmm0"},
        {64, BYTES("\xC7\x0B\x01\x00\x00\x00"), "C7 /1"},
        {64, BYTES("\xF7\x03\x01\x00\x00\x00"), "test dword [rbx], 1"},
        {32, BYTES("\x63\x03"), "arpl [ebx], ax"},
        {64, BYTES("\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x66\x89\x03"),
         "16 bytes, one more than an instruction has"},
    };
    struct insn insn;

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        ok(!decode(&insn, others[i].bits, others[i].bytes, others[i].count),
           "%u: %s is none of ours", others[i].bits, others[i].what);
}

// --- Against the CPU ---

#define STATUS (RFLAGS_CF | RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF | RFLAGS_OF)

// Runs `code`, which ends in RET, with RAX to RBX, RSI and RDI.
static void cpu_run(const void *code, uint64_t gpr[16], uint64_t *flags)
{
    __asm__ volatile("sub $128, %%rsp\n\t"  // not into the red zone
                     "mov 0(%0), %%rax\n\t"
                     "mov 8(%0), %%rcx\n\t"
                     "mov 16(%0), %%rdx\n\t"
                     "mov 24(%0), %%rbx\n\t"
                     "push (%2)\n\t"
                     "popfq\n\t"
                     "call *%1\n\t"
                     "pushfq\n\t"
                     "pop (%2)\n\t"
                     "mov %%rax, 0(%0)\n\t"
                     "mov %%rcx, 8(%0)\n\t"
                     "mov %%rdx, 16(%0)\n\t"
                     "mov %%rbx, 24(%0)\n\t"
                     "add $128, %%rsp"
                     :
                     : "r"(gpr), "r"(code), "r"(flags)
                     : "rax", "rcx", "rdx", "rbx", "cc", "memory");
}

static uint64_t random64(void)
{
    static uint64_t state = 88172645463325252ull;

    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

// Numbers at which flags turn.
static uint64_t operand(void)
{
    static const uint64_t edges[] = {0,          1,      0x7F,       0x80,       0xFF,
                                     0x7FFF,     0x8000, 0x7FFFFFFF, 0x80000000, 0x7FFFFFFFFFFFFFFF,
                                     1ull << 63, ~0ull};
    uint64_t r = random64();

    return r & 1 ? edges[(r >> 8) % 12] : random64();
}

// An instruction of `opcode` with an operand at [rbx + rcx + disp8], and a register of RAX to RBX
// or AH to BH. Returns its length.
static size_t build(uint8_t *code, const uint8_t *opcode)
{
    unsigned prefix = random64() % 4, reg = opcode[2] == 0xFF ? random64() % 4 : opcode[2];
    size_t at = 0;

    if (prefix == 1)
        code[at++] = 0x66;
    if (prefix == 2)
        code[at++] = 0x48;
    if (prefix == 0 && opcode[2] == 0xFF && !(opcode[1] & 1) && opcode[0] != 0x0F)
        reg = random64() % 8;
    if (opcode[0])
        code[at++] = opcode[0];
    code[at++] = opcode[1];
    code[at++] = (uint8_t)(0x44 | reg << 3);
    code[at++] = 0x0B;
    code[at++] = (uint8_t)(random64() % 16);
    for (unsigned i = 0; i < 4; i++)  // a number, where the instruction takes one
        code[at + i] = (uint8_t)operand();
    return at;
}

// Carries out the instruction on a copy of the memory at `base`.
static void model(const struct insn *insn, uint64_t gpr[16], uint64_t *flags, uint8_t *memory,
                  uint64_t base)
{
    uint64_t value = 0;

    memcpy(&value, memory + (insn->offset - base), insn->size);
    if (insn->op == INSN_LOAD || insn->op == INSN_LOAD_SIGNED) {
        insn_load(insn, gpr, value);
        return;
    }
    uint64_t result = insn_result(insn, value, flags);

    memcpy(memory + (insn->offset - base), &result, insn->size);
    if (insn->op == INSN_EXCHANGE)
        insn_load(insn, gpr, value);
}

static bool agrees(uint8_t *code, const uint8_t *opcode)
{
    uint8_t real[64], copy[64];
    uint64_t gpr[16] = {0}, mine[16], flags = RFLAGS_ONE | RFLAGS_IF, my_flags;
    const struct insn_state state = {gpr, (uint64_t)code, 64};
    uint64_t undefined = 0;
    struct insn insn;

    build(code, opcode);
    for (unsigned i = 0; i < 64; i += 8)
        memcpy(real + i, &(uint64_t){operand()}, 8);
    memcpy(copy, real, sizeof(copy));
    gpr[RAX] = operand();
    gpr[RDX] = operand();
    gpr[RCX] = random64() % 16;
    gpr[RBX] = (uint64_t)real;
    flags |= random64() & STATUS;
    memcpy(mine, gpr, sizeof(mine));
    my_flags = flags;
    if (!insn_decode(&insn, &state, code, INSN_MAX))
        return false;
    code[insn.length] = 0xC3;  // RET
    if (insn.op == INSN_OR || insn.op == INSN_AND || insn.op == INSN_XOR)
        undefined = RFLAGS_AF;
    model(&insn, mine, &my_flags, copy, (uint64_t)real);
    cpu_run(code, gpr, &flags);
    return memcmp(real, copy, sizeof(real)) == 0 && memcmp(gpr, mine, sizeof(mine)) == 0 &&
           ((flags ^ my_flags) & STATUS & ~undefined) == 0;
}

static void test_cpu(void)
{
    // The byte in front (0Fh or 0), the opcode, and what ModRM says about it (FFh: a register).
    static const uint8_t opcodes[][3] = {
        {0, 0x00, 0xFF},    {0, 0x01, 0xFF},    {0, 0x08, 0xFF},    {0, 0x09, 0xFF},
        {0, 0x10, 0xFF},    {0, 0x11, 0xFF},    {0, 0x18, 0xFF},    {0, 0x19, 0xFF},
        {0, 0x20, 0xFF},    {0, 0x21, 0xFF},    {0, 0x28, 0xFF},    {0, 0x29, 0xFF},
        {0, 0x30, 0xFF},    {0, 0x31, 0xFF},    {0, 0x80, 0},       {0, 0x80, 3},
        {0, 0x81, 1},       {0, 0x81, 2},       {0, 0x83, 5},       {0, 0x83, 6},
        {0, 0x86, 0xFF},    {0, 0x87, 0xFF},    {0, 0x88, 0xFF},    {0, 0x89, 0xFF},
        {0, 0x8A, 0xFF},    {0, 0x8B, 0xFF},    {0, 0xC6, 0},       {0, 0xC7, 0},
        {0, 0xF6, 2},       {0, 0xF6, 3},       {0, 0xF7, 2},       {0, 0xF7, 3},
        {0, 0xFE, 0},       {0, 0xFE, 1},       {0, 0xFF, 0},       {0, 0xFF, 1},
        {0, 0x63, 0xFF},    {0x0F, 0xB6, 0xFF}, {0x0F, 0xB7, 0xFF}, {0x0F, 0xBE, 0xFF},
        {0x0F, 0xBF, 0xFF},
    };
    uint8_t *code =
        mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    if (code == MAP_FAILED)
        abort();
    for (size_t i = 0; i < sizeof(opcodes) / sizeof(opcodes[0]); i++) {
        unsigned right = 0;

        while (right < 1000 && agrees(code, opcodes[i]))
            right++;
        if (!is_int(right, 1000, "%02X %02X /%X: as the CPU does it", opcodes[i][0], opcodes[i][1],
                    opcodes[i][2] & 0xF))
            printf("# code %02x %02x %02x %02x %02x %02x %02x\n", code[0], code[1], code[2],
                   code[3], code[4], code[5], code[6]);
    }
}

int main(void)
{
    test_rows();
    test_others();
    test_cpu();
    return done_testing();
}
