// Guest RAM of common/pc/guest_ram.h: what is RAM, and access in pieces that the host can have
// anywhere.

#include "common/pc/guest_ram.h"

#include "common/test/pc/loader.h"

// RAM of three pieces; the host has them in reverse order, and lacks the third if told so.
struct pieces {
    uint8_t *host[3];
    unsigned asked;
    bool incomplete;
};

static void *pieces_at(void *context, uint64_t gpa, uint64_t size)
{
    struct pieces *pieces = context;
    uint64_t piece = gpa / GUEST_RAM_PIECE, offset = gpa % GUEST_RAM_PIECE;

    pieces->asked++;
    if (piece > 2 || offset + size > GUEST_RAM_PIECE || (piece == 2 && pieces->incomplete))
        return NULL;
    return pieces->host[2 - piece] + offset;
}

static void test_sizes(void)
{
    struct guest_ram ram = guest_ram_sized(GIB(5));

    is_int(ram.low, GIB(3), "5 GiB: 3 are low");
    is_int(ram.high, GIB(2), "and 2 are high");
    is_int(guest_ram_sized(MIB(64)).low, MIB(64), "64 MiB: all low");
    is_int(guest_ram_sized(MIB(64)).high, 0, "and none high");
    ok(guest_ram_has(&ram, 0, GIB(3)), "0 to 3 GiB is RAM");
    ok(!guest_ram_has(&ram, GIB(3) - 1, 2), "a byte across 3 GiB is not");
    ok(!guest_ram_has(&ram, GIB(4) - 1, 1), "the byte before 4 GiB is not");
    ok(guest_ram_has(&ram, GIB(4), GIB(2)), "4 to 6 GiB is RAM");
    ok(!guest_ram_has(&ram, GIB(4), GIB(2) + 1), "and no more");
    ok(!guest_ram_has(&ram, UINT64_MAX, 2), "the end of 64 bits is not");
    ok(!guest_ram_has(&ram, MIB(1), UINT64_MAX), "nor 2^64 - 1 bytes");
}

static void test_pieces(void)
{
    static uint8_t store[3 * GUEST_RAM_PIECE], data[2 * GUEST_RAM_PIECE], copy[sizeof(data)];
    struct pieces pieces = {.host = {store, store + GUEST_RAM_PIECE, store + 2 * GUEST_RAM_PIECE}};
    struct guest_ram ram = {.low = sizeof(store), .at = pieces_at, .context = &pieces};
    uint64_t gpa = GUEST_RAM_PIECE - 3, rest = GUEST_RAM_PIECE - 2;

    put_pattern(data, sizeof(data), 5);
    ok(guest_ram_has(&ram, gpa, sizeof(data)), "a range over three pieces");
    is_int(pieces.asked, 3, "asks the host for each");
    guest_ram_write(&ram, gpa, data, sizeof(data));
    ok(!memcmp(pieces.host[2] + gpa, data, 3), "the start of a write is in the first piece");
    ok(!memcmp(pieces.host[1], data + 3, GUEST_RAM_PIECE), "its middle fills the second");
    ok(!memcmp(pieces.host[0], data + 3 + GUEST_RAM_PIECE, GUEST_RAM_PIECE - 3),
       "its end the third");
    guest_ram_read(&ram, gpa, copy, sizeof(copy));
    ok(!memcmp(copy, data, sizeof(copy)), "a read finds all of it");
    guest_ram_clear(&ram, gpa + 1, rest);
    is_int(pieces.host[2][gpa], data[0], "a clear begins where it should");
    is_int(pieces.host[2][gpa + 1] | pieces.host[2][gpa + 2], 0, "goes on");
    is_int(pieces.host[1][rest - 3], 0, "up to its last byte");
    is_int(pieces.host[1][rest - 2], data[rest + 1], "and no further");
    pieces.incomplete = true;
    ok(!guest_ram_has(&ram, gpa, sizeof(data)), "a piece that the host lacks");
}

int main(void)
{
    test_sizes();
    test_pieces();
    return done_testing();
}
