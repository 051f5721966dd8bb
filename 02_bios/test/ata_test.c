// What the ATA disk says about itself, and its registers: interrupt, reset, the drive that isn't
// there.

#include "ata_drive.h"

#define SECTORS 2048

static uint16_t words[256];

static void identify(void)
{
    command(0xEC, LBA, 0, 0);
    is_int(in(STATUS), REQUEST, "IDENTIFY DEVICE: data");
    for (unsigned i = 0; i < 256; i++)
        words[i] = (uint16_t)ata_in(&ata, DATA, 2);
    is_int(in(STATUS), READY, "256 words");
}

static void test_identify(void)
{
    drive_create(20160, false);
    identify();
    is_int(words[1] << 16 | words[3] << 8 | words[6], 20 << 16 | 16 << 8 | 63, "20 cylinders");
    is_int(words[47], 0x8010, "16 sectors a block at most");
    is_int(words[53] & 1, 1, "words 54 to 58 are valid");
    is_int(words[54] << 16 | words[55] << 8 | words[56], 20 << 16 | 16 << 8 | 63, "the same");
    is_int(words[57] | words[58] << 16, 20160, "in sectors");
    is_int(words[59], 0x110, "16 sectors a block now");
    is_int(words[60] | words[61] << 16, 20160, "sectors");
    is_int(words[100], 20160, "and once more");
    is_int(words[83] & 0xC000, 0x4000, "word 83 says that it is valid");
    is_int(words[83] & 0x3400, 0x3400, "FLUSH CACHE EXT, FLUSH CACHE, 48 bits");
    command(0x91, CHS | 3, 0, 30);
    command(0xC6, LBA, 0, 8);
    identify();
    is_int(words[1], 20, "the default geometry stays");
    is_int(words[54] << 16 | words[55] << 8 | words[56], 168 << 16 | 4 << 8 | 30, "the new one");
    is_int(words[57] | words[58] << 16, 20160, "holds as many");
    is_int(words[59], 0x108, "8 sectors a block");
    command(0xC6, LBA, 0, 0);
    identify();
    is_int(words[59], 0, "and none");
    drive_destroy();
    drive_create(4, false);
    identify();
    is_int(words[1], 2, "the smallest disk has 2 cylinders");
    is_int(words[60], 4, "of four sectors");
    drive_destroy();
}

static void test_second(void)
{
    drive_create(SECTORS, false);
    command(0x20, LBA | SECOND, 5, 1);
    for (unsigned port = ERROR; port <= STATUS; port++)
        is_int(in(port), 0, "device 1: register %u is 0", port);
    is_int(alternate(), 0, "and the alternate status");
    is_int(irq14, false, "a command is nobody's");
    out(DEVICE, LBA);
    is_int(in(STATUS), READY, "device 0 has done nothing");
    is_int(in(LBA_LOW), 5, "but has seen the registers");
    command(0x30, LBA, 7, 1);
    out(DEVICE, LBA | SECOND);
    sector_out(1);
    out(DEVICE, LBA);
    is_int(in(STATUS), REQUEST, "data for device 1 are not device 0's");
    out(DEVICE, LBA | SECOND);
    out(STATUS, 0x90);
    is_int(in(DEVICE), 0, "EXECUTE DEVICE DIAGNOSTIC is for both, and selects device 0");
    is_int(irq14, true, "which interrupts");
    is_int(in(ERROR), 1, "it passed");
    is_int(in(COUNT) | in(LBA_LOW) << 8 | in(LBA_MID) << 16 | in(LBA_HIGH) << 24, 0x101,
           "and leaves a signature");
    is_int(in(STATUS), READY, "it is ready");
    drive_destroy();
}

static void test_reset(void)
{
    drive_create(SECTORS, false);
    command(0x91, CHS | 3, 0, 30);
    command(0xC6, LBA, 0, 0);
    command(0x30, LBA | 3, 0x123456, 9);
    control(RESET);
    is_int(alternate(), 0x80, "in reset it is busy");
    is_int(irq14, false, "and silent");
    out(STATUS, 0xEC);
    is_int(in(STATUS), 0x80, "and takes no command");
    control(0);
    is_int(in(STATUS), READY, "then it is ready");
    is_int(in(ERROR), 1, "it passed");
    is_int(in(COUNT) | in(LBA_LOW) << 8 | in(LBA_MID) << 16 | in(LBA_HIGH) << 24, 0x101,
           "and leaves a signature");
    is_int(in(DEVICE), 0, "device 0 is selected");
    is_int(irq14, false, "it has nothing to say");
    command(0xC4, CHS | 2, 1 << 8 | 5, 1);
    is_int(sector_in(), (16 + 2) * 63 + 4, "geometry and READ MULTIPLE are as after power-on");
    drive_destroy();
}

static void test_interrupt(void)
{
    drive_create(SECTORS, false);
    command(0x40, LBA, 0, 1);
    is_int(alternate(), READY, "the alternate status");
    is_int(irq14, true, "leaves the interrupt alone");
    in(STATUS);
    is_int(irq14, false, "the status takes it back");
    control(QUIET);
    command(0x40, LBA, 0, 1);
    is_int(irq14, false, "none when the guest polls");
    control(0);
    is_int(irq14, true, "until it wants to be told: the drive still has something to say");
    out(DEVICE, LBA | SECOND);
    is_int(irq14, false, "who isn't selected keeps off the line");
    out(DEVICE, LBA);
    is_int(irq14, true, "and takes it up again");
    command(0x20, LBA, 0, 1);
    is_int(irq14, true, "a command forgets what was, and has its own");
    drive_destroy();
}

static void test_depth(void)
{
    drive_create(SECTORS, false);
    out(LBA_MID, 0x12);
    out(LBA_MID, 0x34);
    is_int(in(LBA_MID), 0x34, "a register reads as it was written");
    control(PREVIOUS);
    is_int(in(LBA_MID), 0x12, "and on demand as it was written before");
    out(COUNT, 1);
    is_int(in(LBA_MID), 0x34, "until the next write to a register");
    upper(1, 0);
    command(0x24, LBA, 2, 1);
    is_error(NOWHERE, "sector 1000002h, in 48 bits");
    control(PREVIOUS);
    is_int(in(LBA_LOW), 1, "is named, with its upper half");
    upper(0, 0);
    command(0x24, LBA, 0, 0);
    is_int(in(STATUS), REQUEST, "READ SECTORS EXT of 65536 sectors begins");
    drive_destroy();
}

static void test_wide(void)
{
    drive_create(SECTORS, false);
    out(DEVICE, LBA);
    ata_out(&ata, COUNT, 4, 0x00000701);  // and all of the address
    ata_out(&ata, DEVICE, 2, 0x2000 | LBA);
    is_int(in(STATUS), REQUEST, "registers written in twos and fours");
    is_int(sector_in(), 7, "are each their own");
    is_int(ata_in(&ata, COUNT, 2), 0x0701, "and so are those that are read");
    is_int(ata_in(&ata, DEVICE, 2), READY << 8 | LBA, "the status among them");
    drive_destroy();
}

int main(void)
{
    test_identify();
    test_second();
    test_reset();
    test_interrupt();
    test_depth();
    test_wide();
    return done_testing();
}
