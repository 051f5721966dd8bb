// The ATA disk's commands, through its ports, and what the guest sees of each.

#include "ata_drive.h"

#define SECTORS 2048

static void test_read(void)
{
    static const unsigned commands[] = {0x20, 0x21, 0x24, 0xC4, 0x29};

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        bool multiple = i >= 3;

        drive_create(SECTORS, false);
        upper(0, 0);  // for the EXT commands
        command(commands[i], LBA, 700, 3);
        raised = 0;
        is_int(irq14, true, "%02X: an interrupt", commands[i]);
        for (unsigned sector = 700; sector < 703; sector++) {
            is_int(in(STATUS), REQUEST, "%02X: sector %u is ready", commands[i], sector);
            is_int(sector_in(), sector, "%02X: and is the one", commands[i]);
        }
        is_int(raised, multiple ? 0 : 2, "%02X: an interrupt for each %s", commands[i],
               multiple ? "block" : "sector");
        is_int(in(STATUS), READY, "%02X: and that's all", commands[i]);
        is_int(irq14, false, "%02X: none is left", commands[i]);
        drive_destroy();
    }
}

static void test_read_many(void)
{
    uint64_t sum = 0;

    drive_create(SECTORS, false);
    command(0x20, LBA, 1000, 0);
    for (unsigned i = 0; i < 256; i++)
        sum += sector_in();
    is_int(sum, 256 * 1000 + 255 * 256 / 2, "a count of 0 is 256 sectors");
    is_int(in(STATUS), READY, "and then the drive is done");
    is_int(ata_in(&ata, DATA, 2), UINT32_MAX, "and its data are ones");
    drive_destroy();
}

static void test_beyond(void)
{
    drive_create(SECTORS, false);
    command(0x20, LBA, SECTORS - 2, 4);
    is_int(sector_in(), SECTORS - 2, "over the end: the last sectors are read");
    is_int(sector_in(), SECTORS - 1, "both");
    is_int(irq14, true, "an interrupt for the error");
    is_error(NOWHERE, "the first that isn't there");
    is_int(in(LBA_LOW) | in(LBA_MID) << 8 | in(LBA_HIGH) << 16, SECTORS, "it is named");
    is_int(in(COUNT), 2, "two are missing");
    command(0x30, LBA, SECTORS - 1, 2);
    sector_out(77);
    is_error(NOWHERE, "written over the end");
    is_int(sector_of_file(SECTORS - 1), 77, "the last sector is written");
    command(0x30, LBA, SECTORS, 1);
    is_error(NOWHERE, "written beyond the end");
    command(0xC4, LBA, SECTORS - 1, 2);
    sector_in();
    is_error(NOWHERE, "the same within a block");
    command(0x20, CHS | 1, 2 << 8 | 63, 2);  // sector 2141 if there were so many
    is_error(NOWHERE, "by cylinder, head and sector");
    is_int(in(LBA_LOW) | in(LBA_MID) << 8, 2 << 8 | 63, "which are left as they were");
    is_int(in(DEVICE), CHS | 1, "all of them");
    drive_destroy();
}

static void test_write(void)
{
    static const unsigned commands[] = {0x30, 0x31, 0xC5};

    for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
        drive_create(SECTORS, false);
        command(commands[i], LBA, 700, 2);
        is_int(irq14, false, "%02X: no interrupt for the first sector", commands[i]);
        is_int(in(STATUS), REQUEST, "%02X: but a request", commands[i]);
        sector_out(5);
        is_int(irq14, i < 2, "%02X: an interrupt behind a sector, not within a block", commands[i]);
        is_int(in(STATUS), REQUEST, "%02X: the next", commands[i]);
        sector_out(6);
        is_int(irq14, true, "%02X: an interrupt behind the last", commands[i]);
        is_int(in(STATUS), READY, "%02X: all is written", commands[i]);
        is_int(sector_of_file(700), 5, "%02X: into the file", commands[i]);
        is_int(sector_of_file(701), 6, "%02X: both", commands[i]);
        is_int(sector_of_file(702), 702, "%02X: and no more", commands[i]);
        drive_destroy();
    }
    drive_create(SECTORS, true);
    command(0x30, LBA, 700, 1);
    is_error(ABORTED, "an image that is read-only");
    drive_destroy();
}

static void test_multiple(void)
{
    drive_create(SECTORS, false);
    command(0xC6, LBA, 0, 4);
    is_int(in(STATUS), READY, "SET MULTIPLE: 4");
    raised = 0;
    command(0xC4, LBA, 0, 9);
    for (unsigned i = 0; i < 9; i++) {
        is_int(irq14, i % 4 == 0, "sector %u: %san interrupt", i, i % 4 ? "not " : "");
        is_int(in(STATUS), REQUEST, "and a request");
        is_int(sector_in(), i, "and the data");
    }
    is_int(raised, 3, "three blocks, the last of one sector");
    command(0xC6, LBA, 0, 3);
    is_error(ABORTED, "SET MULTIPLE: 3, no power of two");
    command(0xC4, LBA, 0, 1);
    is_error(ABORTED, "and READ MULTIPLE is off");
    command(0xC6, LBA, 0, 32);
    is_error(ABORTED, "SET MULTIPLE: 32, more than IDENTIFY allows");
    command(0xC6, LBA, 0, 0);
    is_int(in(STATUS), READY, "SET MULTIPLE: 0 switches off");
    command(0xC5, LBA, 0, 1);
    is_error(ABORTED, "and WRITE MULTIPLE is");
    command(0xC6, LBA, 0, 1);
    command(0xC4, LBA, 9, 1);
    is_int(sector_in(), 9, "blocks of one");
    drive_destroy();
}

static void test_geometry(void)
{
    drive_create(SECTORS, false);
    command(0x20, CHS | 2, 1 << 8 | 5, 1);
    is_int(sector_in(), (16 + 2) * 63 + 4, "cylinder 1, head 2, sector 5");
    command(0x91, CHS | 7, 0, 32);
    is_int(in(STATUS), READY, "INITIALIZE DEVICE PARAMETERS: 8 heads, 32 sectors");
    command(0x20, CHS | 2, 1 << 8 | 5, 1);
    is_int(sector_in(), (8 + 2) * 32 + 4, "the same address is another sector");
    command(0x20, CHS | 2, 1 << 8, 1);
    is_error(NOWHERE, "sector 0");
    command(0x20, CHS | 2, 1 << 8 | 33, 1);
    is_error(NOWHERE, "sector 33");
    command(0x20, CHS | 8, 1 << 8 | 5, 1);
    is_error(NOWHERE, "head 8");
    command(0x91, CHS | 7, 0, 0);
    is_error(ABORTED, "0 sectors of a track");
    command(0x20, CHS | 7, 7 << 8 | 31, 5);  // 2046, and two more
    sector_in(), sector_in();
    is_error(NOWHERE, "over the end");
    is_int(in(LBA_LOW), 1, "the address: sector 1");
    is_int(in(DEVICE), CHS | 0, "head 0");
    is_int(in(LBA_MID), 8, "cylinder 8");
    drive_destroy();
}

// Without data.
static void test_quick(void)
{
    static const unsigned done[] = {0x10, 0x13, 0x1F, 0x40, 0x41, 0x70, 0x7F, 0xE7, 0xEA};

    drive_create(SECTORS, false);
    for (size_t i = 0; i < sizeof(done) / sizeof(done[0]); i++) {
        command(done[i], LBA, SECTORS - 1, 1);
        is_int(irq14, true, "%02X: an interrupt", done[i]);
        is_int(in(STATUS), READY, "%02X: done", done[i]);
        is_int(in(ERROR), 0, "%02X: without an error", done[i]);
    }
    command(0x40, LBA, SECTORS - 1, 2);
    is_error(NOWHERE, "READ VERIFY over the end");
    command(0x70, LBA, SECTORS, 1);
    is_error(NOWHERE, "SEEK beyond the end");
    if (ftruncate(ata.image.fd, SECTOR_SIZE) < 0)
        abort();
    command(0x41, LBA, 0, 2);
    is_error(BROKEN, "READ VERIFY of a file that has shrunk");
    is_int(in(LBA_LOW), 1, "it names the sector");
    command(0x20, LBA, 1, 1);
    is_error(BROKEN, "READ SECTORS of it");
    drive_destroy();
}

static bool is_known(unsigned number)
{
    static const uint8_t known[] = {0x20, 0x21, 0x24, 0x29, 0x30, 0x31, 0x34, 0x39, 0x40, 0x41,
                                    0x42, 0x90, 0x91, 0xC4, 0xC5, 0xC6, 0xE7, 0xEA, 0xEC};

    return memchr(known, (int)number, sizeof(known)) || number >> 4 == 1 || number >> 4 == 7;
}

static void test_unknown(void)
{
    drive_create(SECTORS, false);
    for (unsigned number = 0; number < 256; number++) {
        if (is_known(number))
            continue;
        command(number, LBA, 0, 1);
        ok(irq14 && in(STATUS) == FAILED && in(ERROR) == ABORTED, "%02X is aborted", number);
    }
    command(0x20, LBA, 3, 1);
    is_int(sector_in(), 3, "and the drive goes on");
    drive_destroy();
}

int main(void)
{
    test_read();
    test_read_many();
    test_beyond();
    test_write();
    test_multiple();
    test_geometry();
    test_quick();
    test_unknown();
    return done_testing();
}
