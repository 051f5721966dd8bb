// What software does on a PCI bus before it knows what is there, and some more, without a guest.

#include "common/pc/pci/bus.h"
#include "unit.h"

#define PCI_DATA 0xCFC
#define PCI_LINE 0x3C

// What the check knows about a card.
struct known {
    unsigned slot;
    struct pci_function card;
    uint8_t registers[256], writable[256];
    unsigned window;  // a register, and what is behind it
    uint32_t behind;
};

static struct pci_bus pci;
static struct known cards[5];
static unsigned looks;  // how often a card was asked

static void put(uint8_t *at, uint32_t value, unsigned size)
{
    memcpy(at, &value, size);
}

// The card's side of its window. It is asked once for each access, and for no other register.
static void look(void *owner, bool write)
{
    struct known *known = owner;
    uint8_t *window = &known->card.config[known->window];

    if (write)
        memcpy(&known->behind, window, 4);
    else
        put(window, known->behind, 4);
    looks++;
}

// A card in an empty slot, with base addresses of both kinds.
static void plug(struct known *known)
{
    uint16_t vendor = 1 + unit_random(0xFFFE), device = unit_random(0x10000);
    uint32_t class = unit_random(0x1000000);

    do
        known->slot = unit_random(PCI_SLOTS);
    while (pci.slots[known->slot]);
    pci_function_create(&known->card, vendor, device, class);
    memcpy(known->registers, known->card.config, sizeof(known->registers));
    known->writable[PCI_COMMAND] = 7;
    known->writable[PCI_LINE] = 0xFF;
    for (unsigned bar = 0; bar < PCI_BARS; bar++) {
        bool io = unit_random(2);
        uint32_t size = (io ? 4u : 16u) << unit_random(20);
        uint32_t address = size * (1 + unit_random(100));

        if (unit_random(2))
            continue;
        pci_function_add_bar(&known->card, bar, address, size, io);
        put(&known->registers[PCI_BAR0 + 4 * bar], address | io, 4);
        put(&known->writable[PCI_BAR0 + 4 * bar], 0 - size, 4);
        known->registers[PCI_COMMAND] |= io ? PCI_COMMAND_PORTS : PCI_COMMAND_MEMORY;
    }
    known->window = 0x40 + 4 * unit_random(4);
    put(&known->writable[known->window], 0xFFFFFFFF, 4);
    pci_function_add_window(&known->card, (uint8_t)known->window, look, known);
    pci.slots[known->slot] = &known->card;
}

static const char *register_name(unsigned at)
{
    static char name[20];

    if (at >= PCI_BAR0 && at < PCI_BAR0 + 4 * PCI_BARS)
        snprintf(name, sizeof(name), "BAR %u", (at - PCI_BAR0) / 4);
    else
        snprintf(name, sizeof(name), "register %02Xh", at);
    return name;
}

static uint32_t expected_read(const struct known *known, unsigned at, unsigned size)
{
    uint32_t value = 0;

    if (!known)
        return size == 4 ? 0xFFFFFFFF : (1u << 8 * size) - 1;
    memcpy(&value, &known->registers[at], size);
    return value;
}

// The port map cuts the value to the access; so do we.
static uint32_t in(uint16_t port, unsigned size)
{
    uint32_t value = pci_in(&pci, port - PCI_FIRST, size);

    return size == 4 ? value : value & ((1u << 8 * size) - 1);
}

static void select_register(unsigned bus, unsigned slot, unsigned function, unsigned at,
                            bool enable)
{
    uint32_t address =
        (uint32_t)enable << 31 | bus << 16 | slot << 11 | function << 8 | (at & 0xFC);

    pci_out(&pci, 0, 4, address | (unit_random(4) ? 0 : 0x7F000003));
    unit_is(in(PCI_FIRST, 4), address, "port CF8h, read back",
            "bits 30:24 and 1:0 of the address are always 0");
}

// One random access: mostly to a card, sometimes to nobody.
static void access_register(void)
{
    struct known *known = &cards[unit_random(5)];
    unsigned slot = known->slot, bus = 0, function = 0;
    bool enable = unit_random(16) != 0;
    unsigned size = 1u << unit_random(3), at = unit_random(unit_random(2) ? 64 : 256) & ~(size - 1);
    uint16_t port = PCI_DATA + (at & 3);
    char what[160];

    if (unit_random(10) == 0)
        slot = unit_random(PCI_SLOTS);
    if (unit_random(12) == 0)
        bus = 1 + unit_random(255);
    if (unit_random(12) == 0)
        function = 1 + unit_random(7);
    known = NULL;
    for (unsigned i = 0; i < 5; i++)
        if (cards[i].slot == slot && bus == 0 && function == 0 && enable)
            known = &cards[i];
    select_register(bus, slot, function, at, enable);

    if (unit_random(2)) {
        uint32_t value = unit_random(3) ? unit_random(UINT32_MAX) : 0xFFFFFFFF;

        pci_out(&pci, port - PCI_FIRST, size, size == 4 ? value : value & ((1u << 8 * size) - 1));
        for (unsigned i = 0; known && i < size; i++, value >>= 8)
            known->registers[at + i] =
                (uint8_t)((known->registers[at + i] & ~known->writable[at + i]) |
                          (value & known->writable[at + i]));
    }
    snprintf(what, sizeof(what), "%s%s of bus %u, slot %u, function %u: %u bytes from port %Xh",
             enable ? "" : "(bit 31 of the address is 0) ", register_name(at), bus, slot, function,
             size, port);
    unit_is(
        in(port, size), expected_read(known, at, size), what,
        known ? "the four bytes of the register lie in the four ports; writes change bits that are "
                "writable: COMMAND 2:0, the interrupt line, and of a BAR those above its size"
              : "nobody is there: it reads as ones, and a write changes nothing");
}

// Nothing narrower than four bytes is for the address register.
static void narrow(void)
{
    uint32_t before;

    select_register(0, cards[0].slot, 0, 0, true);
    before = in(PCI_FIRST, 4);
    pci_out(&pci, 3, 1, 1);
    pci_out(&pci, 0, 2, 0x1234);
    unit_is(in(PCI_FIRST, 4), before, "port CF8h after writes of one and of two bytes",
            "only an access of four bytes reaches the address; Linux writes a byte to CFBh to test "
            "that");
    unit_is(in(PCI_FIRST, 1), 0xFF, "one byte read from port CF8h",
            "only an access of four bytes reaches the address: the others see an empty bus");
}

// Each base address as software sizes it.
static void sizes(void)
{
    for (unsigned i = 0; i < 5; i++) {
        for (unsigned bar = 0; bar < PCI_BARS; bar++) {
            const uint8_t *registers = &cards[i].registers[PCI_BAR0 + 4 * bar];
            const uint8_t *writable = &cards[i].writable[PCI_BAR0 + 4 * bar];
            uint32_t fresh, type, bits;

            memcpy(&fresh, registers, 4);
            memcpy(&bits, writable, 4);
            type = fresh & ~bits;
            select_register(0, cards[i].slot, 0, PCI_BAR0 + 4 * bar, true);
            unit_is(in(PCI_DATA, 4), fresh, "a fresh BAR",
                    "it holds the address, and bit 0 says that that is one of ports");
            pci_out(&pci, PCI_DATA - PCI_FIRST, 4, 0xFFFFFFFF);
            unit_is(
                in(PCI_DATA, 4), bits | type, "a BAR after writing ones to it",
                "those bits that number bytes within the size stay 0, except for bit 0, the type");
            pci_out(&pci, PCI_DATA - PCI_FIRST, 4, 0);
            unit_is(in(PCI_DATA, 4), type, "a BAR after writing zeroes to it",
                    "the type is read-only");
            pci_out(&pci, PCI_DATA - PCI_FIRST, 4, fresh);
            unit_is(!bits || pci_function_decodes(&cards[i].card, bar), 1,
                    "a BAR that is where it was: does it answer?",
                    "`bars` is what its register holds then, and COMMAND has to allow it");
        }
    }
}

// What is behind a window is read and written, a byte or four at a time.
static void windows(void)
{
    static const char hint[] = "`look` fills the register before it is read, and takes it behind a "
                               "write: once for each access, and for no other register";

    for (unsigned i = 0; i < 5; i++) {
        unsigned byte = unit_random(4), before = looks;
        uint32_t value = unit_random(UINT32_MAX);

        select_register(0, cards[i].slot, 0, cards[i].window, true);
        cards[i].behind = value;
        unit_is(in(PCI_DATA, 4), value, "a window", hint);
        cards[i].behind = ~value;
        unit_is(in((uint16_t)(PCI_DATA + byte), 1), ~value >> 8 * byte & 0xFF, "a byte of it",
                hint);
        value = unit_random(UINT32_MAX);
        pci_out(&pci, PCI_DATA - PCI_FIRST, 4, value);
        unit_is(cards[i].behind, value, "what is behind a window after a write", hint);
        select_register(0, cards[i].slot, 0, cards[i].window + 4, true);
        in(PCI_DATA, 4);
        pci_out(&pci, PCI_DATA - PCI_FIRST, 4, value);
        unit_is(looks - before, 3, "how often `look` was called for three accesses", hint);
        put(&cards[i].registers[cards[i].window], value, 4);
    }
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    for (unsigned i = 0; i < 5; i++)
        plug(&cards[i]);
    sizes();
    windows();
    narrow();
    for (unsigned i = 0; i < 20000; i++)
        access_register();
    return 0;
}
