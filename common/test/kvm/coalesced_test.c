// The ring of coalesced I/O: KVM's side of it is played by hand.

#include "common/kvm/exits/coalesced.h"

#include <linux/kvm.h>

#include "common/test/tap.h"

#define ENTRIES 4

static union {
    struct kvm_coalesced_mmio_ring ring;
    uint8_t
        bytes[sizeof(struct kvm_coalesced_mmio_ring) + ENTRIES * sizeof(struct kvm_coalesced_mmio)];
} page;

// As KVM does it: one entry stays free, or a full ring would look like an empty one. False: an
// exit.
static bool guest_writes(uint8_t byte)
{
    struct kvm_coalesced_mmio_ring *ring = &page.ring;

    if ((ring->last + 1) % ENTRIES == ring->first)
        return false;
    ring->coalesced_mmio[ring->last].data[0] = byte;
    ring->last = (ring->last + 1) % ENTRIES;
    return true;
}

static void test_ring(struct coalesced *coalesced)
{
    uint8_t bytes[ENTRIES];

    is_int(coalesced_take(coalesced, bytes, ENTRIES), 0, "an empty ring");
    guest_writes('a');
    guest_writes('b');
    guest_writes('c');
    is_int(guest_writes('d'), 0, "a full one: the guest comes out");
    is_int(coalesced_take(coalesced, bytes, 2), 2, "the oldest two");
    ok(bytes[0] == 'a' && bytes[1] == 'b', "in order");
    coalesced_pause(coalesced, true);
    is_int(guest_writes('d'), 1, "what isn't empty can't be paused");
    is_int(coalesced_take(coalesced, bytes, ENTRIES), 2, "and nothing is lost");
    ok(bytes[0] == 'c' && bytes[1] == 'd', "nor out of order");
}

static void test_pause(struct coalesced *coalesced)
{
    uint8_t bytes[ENTRIES];

    coalesced_pause(coalesced, true);
    is_int(guest_writes('e'), 0, "paused: the guest comes out");
    coalesced_pause(coalesced, true);
    is_int(guest_writes('e'), 0, "paused twice, too");
    coalesced_pause(coalesced, false);
    is_int(guest_writes('f'), 1, "it goes on");
    is_int(coalesced_take(coalesced, bytes, ENTRIES), 1, "with the next byte");
    coalesced_pause(coalesced, true);
    is_int(coalesced_take(coalesced, bytes, ENTRIES), 0, "nothing to take while paused");
    is_int(guest_writes('g'), 1, "taking ends the pause");
    is_int(coalesced_take(coalesced, bytes, ENTRIES), 1, "and no byte is lost by it");
    is_int(bytes[0], 'g', "the right one");
}

// Another CPU has found room just before the step, and writes after it.
static void test_race(struct coalesced *coalesced)
{
    struct kvm_coalesced_mmio_ring *ring = &page.ring;
    uint8_t bytes[ENTRIES];

    coalesced_pause(coalesced, true);
    ring->coalesced_mmio[ring->last].data[0] = 'h';
    ring->last = (ring->last + 1) % ENTRIES;
    is_int(coalesced_take(coalesced, bytes, ENTRIES), 1, "a byte that overtook the pause");
    is_int(bytes[0], 'h', "is found");
}

int main(void)
{
    struct coalesced coalesced = {.ring = &page.ring, .size = ENTRIES};
    struct coalesced none = {.ring = NULL};

    test_ring(&coalesced);
    for (unsigned i = 0; i < ENTRIES; i++) {  // wherever the ring begins
        test_pause(&coalesced);
        test_race(&coalesced);
    }
    coalesced_pause(&none, true);
    is_int(coalesced_take(&none, NULL, 1), 0, "no ring, and all is as before");
    return done_testing();
}
