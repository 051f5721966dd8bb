// The ATA disk of ata.h: its commands, and the sectors that they move.

#include <stddef.h>
#include <unistd.h>

#include "ata.h"

// The odd ones are those without retries, of old drivers: nothing here is tried twice.
enum command {
    RECALIBRATE = 0x10,  // to 0x1F
    READ_SECTORS = 0x20,
    READ_SECTORS_ONCE = 0x21,
    READ_SECTORS_EXT = 0x24,
    READ_MULTIPLE_EXT = 0x29,
    WRITE_SECTORS = 0x30,
    WRITE_SECTORS_ONCE = 0x31,
    WRITE_SECTORS_EXT = 0x34,
    WRITE_MULTIPLE_EXT = 0x39,
    READ_VERIFY = 0x40,
    READ_VERIFY_ONCE = 0x41,
    READ_VERIFY_EXT = 0x42,
    SEEK = 0x70,  // to 0x7F
    EXECUTE_DIAGNOSTIC = 0x90,
    INITIALIZE_PARAMETERS = 0x91,
    READ_MULTIPLE = 0xC4,
    WRITE_MULTIPLE = 0xC5,
    SET_MULTIPLE = 0xC6,
    FLUSH_CACHE = 0xE7,
    FLUSH_CACHE_EXT = 0xEA,
    IDENTIFY_DEVICE = 0xEC,
};

static void command_done(struct ata *ata)
{
    ata->transfer = ATA_IDLE;
    ata->status = ATA_STATUS_READY | ATA_STATUS_SEEKED;
    ata_notify(ata, true);
}

static void command_failed(struct ata *ata, uint8_t error)
{
    ata->transfer = ATA_IDLE;
    ata->error = error;
    ata->status = ATA_STATUS_READY | ATA_STATUS_SEEKED | ATA_STATUS_ERROR;
    ata_notify(ata, true);
}

// Where a transfer begins and how long it is, from the registers. 0 sectors stands for the most
// that the field can't say: 256, or 65536 with an EXT command.
static void address_read(struct ata *ata, bool ext)
{
    uint64_t low = ata->lba_low[0] | ata->lba_mid[0] << 8 | (uint64_t)ata->lba_high[0] << 16;

    ata->ext = ext;
    ata->sectors = ata->count[0] ? ata->count[0] : 256;
    if (ext) {
        uint32_t count = ata->count[0] | (uint32_t)ata->count[1] << 8;

        ata->sectors = count ? count : 65536;
        ata->lba = low | (uint64_t)ata->lba_low[1] << 24 | (uint64_t)ata->lba_mid[1] << 32 |
                   (uint64_t)ata->lba_high[1] << 40;
    } else if (ata->device & ATA_DEVICE_LBA) {
        ata->lba = low | (uint64_t)(ata->device & 0x0F) << 24;
    } else {
        uint64_t cylinder = low >> 8, head = ata->device & 0x0F, sector = low & 0xFF;

        // Sectors count from 1. What the geometry doesn't have is an address beyond every disk.
        if (sector == 0 || sector > ata->sectors_per_track || head >= ata->heads)
            ata->lba = UINT64_MAX;
        else
            ata->lba = (cylinder * ata->heads + head) * ata->sectors_per_track + sector - 1;
    }
}

// The other way round, where a transfer has failed: the registers name the sector that did, and say
// how many are missing.
static void address_write(struct ata *ata)
{
    uint64_t low = ata->lba;

    if (ata->lba == UINT64_MAX)
        return;  // the guest's own address, which is none
    if (!ata->ext && !(ata->device & ATA_DEVICE_LBA)) {
        uint64_t track = ata->lba / ata->sectors_per_track;

        low = track / ata->heads << 8 | (ata->lba % ata->sectors_per_track + 1);
        ata->device = (uint8_t)((ata->device & 0xF0) | track % ata->heads);
    } else if (!ata->ext) {
        ata->device = (uint8_t)((ata->device & 0xF0) | (ata->lba >> 24 & 0x0F));
    }
    ata->count[0] = (uint8_t)ata->sectors;
    ata->count[1] = (uint8_t)(ata->sectors >> 8);
    ata->lba_low[0] = (uint8_t)low;
    ata->lba_mid[0] = (uint8_t)(low >> 8);
    ata->lba_high[0] = (uint8_t)(low >> 16);
    ata->lba_low[1] = (uint8_t)(ata->lba >> 24);
    ata->lba_mid[1] = (uint8_t)(ata->lba >> 32);
    ata->lba_high[1] = (uint8_t)(ata->lba >> 40);
}

static void transfer_failed(struct ata *ata, uint8_t error)
{
    address_write(ata);
    command_failed(ata, error);
}

// Is the next sector on the disk? The drive finds that out when it gets there.
static bool sector_exists(struct ata *ata)
{
    if (ata->lba < ata->image.sectors)
        return true;
    transfer_failed(ata, ATA_ERROR_NOT_FOUND);
    return false;
}

// The next sector into the buffer. pread fails or comes short when the image has shrunk or its
// medium is broken.
static bool sector_read(struct ata *ata)
{
    if (!sector_exists(ata))
        return false;
    if (pread(ata->image.fd, ata->buffer, SECTOR_SIZE, (off_t)(ata->lba * SECTOR_SIZE)) ==
        SECTOR_SIZE)
        return true;
    transfer_failed(ata, ATA_ERROR_UNCORRECTABLE);
    return false;
}

static bool sector_write(struct ata *ata)
{
    if (pwrite(ata->image.fd, ata->buffer, SECTOR_SIZE, (off_t)(ata->lba * SECTOR_SIZE)) ==
        SECTOR_SIZE)
        return true;
    transfer_failed(ata, ATA_ERROR_UNCORRECTABLE);
    return false;
}

// The buffer is ready to be emptied or filled. The first sector of a block is worth an interrupt,
// but for the very first that is written.
static void sector_offer(struct ata *ata, bool interrupt)
{
    ata->position = 0;
    ata->status = ATA_STATUS_READY | ATA_STATUS_SEEKED | ATA_STATUS_REQUEST;
    if (interrupt)
        ata_notify(ata, true);
}

static void sector_next(struct ata *ata)
{
    bool first = ata->block == 0;

    if (ata->transfer == ATA_READING ? !sector_read(ata) : !sector_exists(ata))
        return;
    if (first)
        ata->block = ata->sectors < ata->block_size ? ata->sectors : ata->block_size;
    sector_offer(ata, first);
}

static void read_start(struct ata *ata, bool ext, uint32_t block_size)
{
    address_read(ata, ext);
    ata->block = 0;
    ata->block_size = block_size;
    ata->transfer = ATA_READING;
    sector_next(ata);
}

// The drive asks for the first block without an interrupt; it interrupts after each.
static void write_start(struct ata *ata, bool ext, uint32_t block_size)
{
    address_read(ata, ext);
    if (ata->image.read_only) {
        command_failed(ata, ATA_ERROR_ABORTED);
        return;
    }
    if (!sector_exists(ata))
        return;
    ata->block = ata->sectors < block_size ? ata->sectors : block_size;
    ata->block_size = block_size;
    ata->transfer = ATA_WRITING;
    sector_offer(ata, false);
}

static void identify_start(struct ata *ata)
{
    ata_identify(ata);
    ata->transfer = ATA_READING;
    ata->sectors = 1;
    ata->block = 1;
    sector_offer(ata, true);
}

// The guest has moved the last byte of a sector.
static void sector_done(struct ata *ata)
{
    if (ata->transfer == ATA_WRITING && !sector_write(ata))
        return;
    ata->lba++;
    ata->sectors--;
    ata->block--;
    if (ata->sectors) {
        sector_next(ata);
    } else if (ata->transfer == ATA_READING) {
        ata->transfer = ATA_IDLE;  // the last block was announced already: no interrupt
        ata->status = ATA_STATUS_READY | ATA_STATUS_SEEKED;
    } else {
        command_done(ata);
    }
}

// Reads, and keeps nothing.
static void verify(struct ata *ata, bool ext)
{
    address_read(ata, ext);
    for (; ata->sectors; ata->sectors--, ata->lba++)
        if (!sector_read(ata))
            return;
    command_done(ata);
}

static void seek(struct ata *ata)
{
    address_read(ata, false);
    if (sector_exists(ata))
        command_done(ata);
}

static void flush(struct ata *ata)
{
    if (fsync(ata->image.fd) < 0)
        command_failed(ata, ATA_ERROR_UNCORRECTABLE);
    else
        command_done(ata);
}

// How a guest wants to count: sectors of a track in the count, the last head in the device.
static void parameters_set(struct ata *ata)
{
    if (ata->count[0] == 0) {
        command_failed(ata, ATA_ERROR_ABORTED);
        return;
    }
    ata->sectors_per_track = ata->count[0];
    ata->heads = (ata->device & 0x0Fu) + 1;
    command_done(ata);
}

// A number of sectors that isn't a power of two, or is too large, switches the commands off.
static void multiple_set(struct ata *ata)
{
    uint8_t count = ata->count[0];
    bool fits = count <= ATA_MULTIPLE_MAX && (count & (count - 1)) == 0;

    ata->multiple = fits ? count : 0;
    if (fits)
        command_done(ata);
    else
        command_failed(ata, ATA_ERROR_ABORTED);
}

static void transfer_multiple(struct ata *ata, bool ext,
                              void (*start)(struct ata *ata, bool ext, uint32_t block_size))
{
    if (ata->multiple)
        start(ata, ext, ata->multiple);
    else
        command_failed(ata, ATA_ERROR_ABORTED);
}

// EXECUTE DEVICE DIAGNOSTIC is for both drives. While it is being reset a drive takes no command.
static bool is_for_us(const struct ata *ata, uint8_t command)
{
    if (ata->status & ATA_STATUS_BUSY)
        return false;
    return !(ata->device & ATA_DEVICE_SECOND) || command == EXECUTE_DIAGNOSTIC;
}

void ata_command(struct ata *ata, uint8_t command)
{
    bool sixteen = (command & 0xF0) == RECALIBRATE || (command & 0xF0) == SEEK;

    if (!is_for_us(ata, command))
        return;
    ata_notify(ata, false);
    ata->error = 0;
    switch (sixteen ? command & 0xF0 : command) {
    case READ_SECTORS:
    case READ_SECTORS_ONCE: read_start(ata, false, 1); break;
    case READ_SECTORS_EXT: read_start(ata, true, 1); break;
    case READ_MULTIPLE: transfer_multiple(ata, false, read_start); break;
    case READ_MULTIPLE_EXT: transfer_multiple(ata, true, read_start); break;
    case WRITE_SECTORS:
    case WRITE_SECTORS_ONCE: write_start(ata, false, 1); break;
    case WRITE_SECTORS_EXT: write_start(ata, true, 1); break;
    case WRITE_MULTIPLE: transfer_multiple(ata, false, write_start); break;
    case WRITE_MULTIPLE_EXT: transfer_multiple(ata, true, write_start); break;
    case SET_MULTIPLE: multiple_set(ata); break;
    case READ_VERIFY:
    case READ_VERIFY_ONCE: verify(ata, false); break;
    case READ_VERIFY_EXT: verify(ata, true); break;
    case IDENTIFY_DEVICE: identify_start(ata); break;
    case FLUSH_CACHE:
    case FLUSH_CACHE_EXT: flush(ata); break;
    case SEEK: seek(ata); break;
    case RECALIBRATE: command_done(ata); break;  // no arm that could be anywhere else
    case INITIALIZE_PARAMETERS: parameters_set(ata); break;
    case EXECUTE_DIAGNOSTIC: ata_signature(ata), ata_notify(ata, true); break;
    default: command_failed(ata, ATA_ERROR_ABORTED); break;
    }
}

// The data port: `size` bytes of the sector's 512. Without a transfer it reads as ones.
uint32_t ata_data_in(struct ata *ata, unsigned size)
{
    uint32_t value = UINT32_MAX;

    if (ata->transfer != ATA_READING)
        return value;
    for (unsigned i = 0; i < size && ata->position < SECTOR_SIZE; i++) {
        value &= ~(0xFFu << (8 * i));
        value |= (uint32_t)ata->buffer[ata->position++] << (8 * i);
    }
    if (ata->position == SECTOR_SIZE)
        sector_done(ata);
    return value;
}

void ata_data_out(struct ata *ata, unsigned size, uint32_t value)
{
    if (ata->transfer != ATA_WRITING)
        return;
    for (unsigned i = 0; i < size && ata->position < SECTOR_SIZE; i++)
        ata->buffer[ata->position++] = (uint8_t)(value >> (8 * i));
    if (ata->position == SECTOR_SIZE)
        sector_done(ata);
}
