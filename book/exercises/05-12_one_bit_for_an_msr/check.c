// msr_bitmap_set() against a table of what was asked for, bit by bit.

#include "vmx_unit.h"

#include "vmm/vcpu/setup.h"

#define MSRS 0x2000  // in each of the two ranges

static uint8_t bitmap[4096];
static bool wanted[2][2][MSRS];  // write, high range, number

static const uint32_t bases[] = {0, 0xC0000000};

// Bit of an MSR in the bitmap: SDM Vol. 3, "MSR-Bitmap Address", counted here in bits.
static unsigned place(unsigned write, unsigned high, uint32_t number)
{
    return write * 2 * MSRS + high * MSRS + number;
}

static void check_bits(uint32_t msr, bool read, bool write)
{
    for (unsigned i = 0; i < 4 * MSRS; i++) {
        unsigned is_write = i / (2 * MSRS), high = i / MSRS % 2;
        uint32_t number = i % MSRS;
        unsigned bit = place(is_write, high, number);

        if ((bitmap[bit / 8] >> bit % 8 & 1) == wanted[is_write][high][number])
            continue;
        unit_say("expected", "after MSR %x, %d, %d: %s MSR %x is %s exit", msr, read, write,
                 is_write ? "writing" : "reading", bases[high] + number,
                 wanted[is_write][high][number] ? "an" : "no");
        unit_say("got", "bit %u of byte %u is %d", bit % 8, bit / 8,
                 !wanted[is_write][high][number]);
        unit_say("hint", "four parts of 1024 bytes: read low, read high, write low, write high");
    }
}

static void check_answer(uint32_t msr, bool is, bool should)
{
    if (is == should)
        return;
    unit_say("expected", "%s for MSR %x", should ? "true" : "false", msr);
    unit_say("got", "%s", is ? "true" : "false");
    unit_say("hint", "0 to 1FFFh and C0000000h to C0001FFFh have bits, and no other");
}

int main(int argc, char **argv)
{
    bool high = false;
    uint32_t number = 0;

    unit_seed(argc, argv);
    for (unsigned i = 0; i < 300; i++) {
        bool read = random_bool(), write = random_bool();
        uint32_t other = (uint32_t)(random_bool() ? random_from(MSRS, 0xBFFFFFFF)
                                                  : random_from(0xC0002000, 0xFFFFFFFF));
        uint32_t msr;

        if (i % 2 == 0) {  // each MSR twice, so that bits are cleared, too
            high = random_bool();
            number = (uint32_t)random_from(0, MSRS - 1);
        }
        msr = bases[high] + number;
        wanted[0][high][number] = read;
        wanted[1][high][number] = write;
        check_answer(msr, msr_bitmap_set(bitmap, msr, read, write), true);
        check_bits(msr, read, write);
        check_answer(other, msr_bitmap_set(bitmap, other, read, write), false);
        check_bits(other, read, write);
    }
    return 0;
}
