// A drive for tests of the ATA disk, and its ports: its image is a file in memory, whose sectors
// begin with their own number, and its interrupt line ends here instead of in KVM.

#ifndef ATA_DRIVE_H
#define ATA_DRIVE_H

#include <linux/kvm.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../disk/ata.h"
#include "common/test/tap.h"

static struct ata ata;
static bool irq14;       // the line as the interrupt controller sees it
static unsigned raised;  // how often it went up

// In the place of the C library's: the only ioctl() of a drive is the one that sets its line.
int ioctl(int fd, unsigned long request, ...)
{
    const struct kvm_irq_level *line;
    va_list arguments;

    va_start(arguments, request);
    line = va_arg(arguments, const struct kvm_irq_level *);
    va_end(arguments);
    if (fd != -1 || request != KVM_IRQ_LINE || line->irq != ATA_IRQ)
        abort();
    raised += line->level && !irq14;
    irq14 = line->level;
    return 0;
}

static inline void drive_create(uint64_t sectors, bool read_only)
{
    struct disk_image image = {.path = "image", .sectors = sectors, .read_only = read_only};

    image.fd = memfd_create("image", MFD_CLOEXEC);
    if (ftruncate(image.fd, (off_t)(sectors * SECTOR_SIZE)) < 0)
        abort();
    for (uint64_t i = 0; i < sectors && i < 4096; i++)
        if (pwrite(image.fd, &i, sizeof(i), (off_t)(i * SECTOR_SIZE)) != sizeof(i))
            abort();
    ata_reset(&ata, image, -1);
    raised = 0;
}

static inline void drive_destroy(void)
{
    close(ata.image.fd);
}

enum { DATA, ERROR, COUNT, LBA_LOW, LBA_MID, LBA_HIGH, DEVICE, STATUS };

#define READY    0x50  // status: ready, seeked
#define REQUEST  0x58  // and data request
#define FAILED   0x51  // and error
#define ABORTED  0x04  // error
#define NOWHERE  0x10
#define BROKEN   0x40
#define LBA      0xE0  // device: device 0, by sector number
#define CHS      0xA0
#define SECOND   0x10
#define QUIET    0x02  // device control: no interrupt
#define RESET    0x04
#define PREVIOUS 0x80

static inline uint8_t in(unsigned port)
{
    return (uint8_t)ata_in(&ata, (uint16_t)port, 1);
}

static inline void out(unsigned port, unsigned value)
{
    ata_out(&ata, (uint16_t)port, 1, value);
}

static inline void control(unsigned value)
{
    ata_control_out(&ata, 0, 1, value);
}

static inline uint8_t alternate(void)
{
    return (uint8_t)ata_control_in(&ata, 0, 1);
}

static inline void command(unsigned number, unsigned device, unsigned address, unsigned count)
{
    out(DEVICE, device);
    out(COUNT, count);
    out(LBA_LOW, address);
    out(LBA_MID, address >> 8);
    out(LBA_HIGH, address >> 16);
    out(STATUS, number);
}

// What the EXT commands take as the high halves.
static inline void upper(unsigned address, unsigned count)
{
    out(COUNT, count);
    out(LBA_LOW, address);
    out(LBA_MID, address >> 8);
    out(LBA_HIGH, address >> 16);
}

// Takes a sector, and returns the number that it begins with.
static inline uint64_t sector_in(void)
{
    uint64_t number = 0;

    for (unsigned i = 0; i < SECTOR_SIZE; i += 2)
        if (i < sizeof(number))
            number |= (uint64_t)(uint16_t)ata_in(&ata, DATA, 2) << (8 * i);
        else
            ata_in(&ata, DATA, 2);
    return number;
}

static inline void sector_out(uint64_t number)
{
    for (unsigned i = 0; i < SECTOR_SIZE; i += 2)
        ata_out(&ata, DATA, 2, i < sizeof(number) ? (uint16_t)(number >> (8 * i)) : 0);
}

static inline uint64_t sector_of_file(uint64_t lba)
{
    uint64_t number = 0;

    if (pread(ata.image.fd, &number, sizeof(number), (off_t)(lba * SECTOR_SIZE)) < 0)
        return UINT64_MAX;
    return number;
}

static inline void is_error(unsigned error, const char *what)
{
    is_int(in(STATUS), FAILED, "%s: the status has ERR and no DRQ", what);
    is_int(in(ERROR), error, "%s: the reason", what);
}

#endif
