// Guest-physical addresses to host addresses, in memory slots made by hand.

#include "common/kvm/memory.h"

#include "common/test/tap.h"

static uint8_t ram[0x3000], rom[0x1000], top[0x1000];

// Three slots: RAM at 0, a ROM right behind it, and the last page of the address space.
static const struct memory memory = {
    .count = 3,
    .slots =
        {
            {.name = "RAM", .gpa = 0, .size = sizeof(ram), .host = ram},
            {.name = "ROM", .gpa = 0x3000, .size = sizeof(rom), .host = rom, .read_only = true},
            {.name = "top", .gpa = UINT64_MAX - 0xFFF, .size = sizeof(top), .host = top},
        },
};

int main(void)
{
    static const struct memory empty;

    ok(memory_at(&memory, 0, 1) == ram, "the first byte");
    ok(memory_at(&memory, 0x1234, 16) == ram + 0x1234, "some bytes in the middle");
    ok(memory_at(&memory, 0, 0x3000) == ram, "a whole slot");
    ok(memory_at(&memory, 0x2FFF, 1) == ram + 0x2FFF, "its last byte");
    ok(memory_at(&memory, 0x3000, 0x1000) == rom, "the slot behind it");
    ok(memory_at(&memory, 0x2FFF, 2) == NULL, "not across two slots");
    ok(memory_at(&memory, 0, 0x3001) == NULL, "not more than a slot");
    ok(memory_at(&memory, 0x4000, 1) == NULL, "nothing behind the last one");
    ok(memory_at(&memory, UINT64_MAX, 1) == top + 0xFFF, "the last byte of all");
    ok(memory_at(&memory, UINT64_MAX, 2) == NULL, "not around the end of the address space");
    ok(memory_at(&memory, 1, UINT64_MAX) == NULL, "nor with a size that goes around");
    ok(memory_at(&memory, UINT64_MAX - 0xFFF, UINT64_MAX) == NULL, "nor from the last page");
    ok(memory_at(&empty, 0, 1) == NULL, "no slots, no memory");
    return done_testing();
}
