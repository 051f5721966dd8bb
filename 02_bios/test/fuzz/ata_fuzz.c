// Random guests against the ATA disk. After every access its state must make sense to the guest,
// and a sector that is read must be the one that the image has where the guest asked for it.
//
// Each step is two bytes of input: which port, and which value.

#include "../ata_drive.h"

#define SECTORS 96  // small, so that addresses are right half of the time

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

// What the guest sees, without touching anything.
static void check(void)
{
    uint8_t status = ata.status;
    bool second = ata.device & SECOND, quiet = ata.control & QUIET;

    CHECK(irq14 == (ata.pending && !second && !quiet));
    CHECK(alternate() == (second ? 0 : status));
    CHECK(!(status & ATA_STATUS_REQUEST) == (ata.transfer == ATA_IDLE));
    CHECK(!(status & ATA_STATUS_REQUEST) || !(status & ATA_STATUS_ERROR));
    CHECK(!(status & ATA_STATUS_ERROR) || ata.error != 0);
    CHECK((status == ATA_STATUS_BUSY) == !!(ata.control & RESET));
    CHECK(ata.position < SECTOR_SIZE || ata.transfer == ATA_IDLE);
    CHECK(ata.transfer == ATA_IDLE || (ata.sectors >= 1 && ata.sectors <= 65536));
    CHECK(ata.transfer == ATA_IDLE || (ata.block >= 1 && ata.block <= ATA_MULTIPLE_MAX));
    CHECK(ata.multiple <= ATA_MULTIPLE_MAX && ata.heads >= 1 && ata.sectors_per_track >= 1);
}

// Moves the rest of a sector.
static void move(uint8_t value, bool identify)
{
    bool reading = ata.transfer == ATA_READING, whole = ata.position == 0;
    uint64_t lba = ata.lba, number = sector_of_file(lba);

    if (ata.transfer == ATA_IDLE || (ata.device & SECOND))
        return;
    CHECK(identify || lba < SECTORS);
    if (!reading) {
        while (ata.transfer == ATA_WRITING && ata.lba == lba)
            ata_out(&ata, DATA, 1 + (value & 3), value);
        CHECK(ata.image.read_only || !whole || (uint8_t)sector_of_file(lba) == value);
        return;
    }
    if (whole)
        CHECK(sector_in() == number || identify);
    else
        while (ata.transfer == ATA_READING && ata.lba == lba)
            ata_in(&ata, DATA, 1 + (value & 3));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    bool identify = false;

    irq14 = false;
    drive_create(SECTORS, size & 1);
    check();
    for (size_t i = 0; i + 1 < size; i += 2) {
        unsigned port = data[i] & 7;

        switch (data[i] >> 5) {
        case 0: in(port); break;
        case 1: control(data[i + 1] & (PREVIOUS | QUIET | RESET)); break;
        case 2: move(data[i + 1], identify); break;
        case 3: out(DEVICE, data[i + 1] & (LBA | SECOND | 1)); break;
        default:
            out(port, port == STATUS || port == COUNT ? data[i + 1] : data[i + 1] & 0x3F);
            identify = port == STATUS ? data[i + 1] == 0xEC : identify;
            break;
        }
        check();
    }
    CHECK(lseek(ata.image.fd, 0, SEEK_END) == SECTORS * SECTOR_SIZE);
    for (uint64_t i = 0; ata.image.read_only && i < SECTORS; i++)
        CHECK(sector_of_file(i) == i);
    drive_destroy();
    return 0;
}
