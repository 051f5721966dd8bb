// Random bytes to the instruction decoder, in the three modes: it reads none behind the last, and
// what it says makes sense to emulate(), which relies on it.

#include <stdlib.h>
#include <string.h>

#include "common/pc/x86.h"
#include "vmm/insn/insn.h"

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

static bool is_size(unsigned size)
{
    return size == 1 || size == 2 || size == 4 || size == 8;
}

static void check(const struct insn *insn, size_t count)
{
    uint64_t gpr[16] = {0}, rflags = RFLAGS_ONE, result = insn_result(insn, ~0ull, &rflags);

    CHECK(insn->length >= 1 && insn->length <= INSN_MAX && insn->length <= count);
    CHECK(is_size(insn->size) && is_size(insn->address_size) && insn->address_size >= 2);
    CHECK(insn->segment <= 5 && insn->reg < 16 && (!insn->reg_high || insn->reg < 4));
    CHECK(insn->address_size == 8 || insn->offset >> 8 * insn->address_size == 0);
    CHECK(rflags & RFLAGS_ONE);
    CHECK(insn->op >= INSN_LOAD || insn->size == 8 || result >> 8 * insn->size == 0);
    if (insn->op == INSN_EXCHANGE || insn->op == INSN_LOAD || insn->op == INSN_LOAD_SIGNED) {
        CHECK(is_size(insn->reg_size));
        insn_load(insn, gpr, ~0ull);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    uint64_t gpr[16];
    struct insn_state state = {gpr, 0x1000, 0};
    struct insn insn, longer;
    uint8_t *bytes;

    if (size > 20)
        return 0;
    for (unsigned i = 0; i < 16; i++)
        gpr[i] = 0x0123456789ABCDEF * (i + 1);
    bytes = malloc(size ? size : 1);  // of this size, so that ASan sees the end
    memcpy(bytes, data, size);
    for (state.bits = 16; state.bits <= 64; state.bits *= 2) {
        if (!insn_decode(&insn, &state, bytes, size))
            continue;
        check(&insn, size);
        CHECK(!insn_decode(&longer, &state, bytes, insn.length - 1));
        CHECK(insn_decode(&longer, &state, bytes, insn.length));
        CHECK(longer.length == insn.length && longer.offset == insn.offset);
    }
    free(bytes);
    return 0;
}
