// The ATA disk of ata.h.

#include "ata.h"

#include <linux/kvm.h>
#include <string.h>
#include <unistd.h>

#include "common/kvm/kvm.h"

// Command block registers, as offsets from ATA_PORT_FIRST.
enum { DATA, FEATURE_ERROR, COUNT, LBA_LOW, LBA_MID, LBA_HIGH, DEVICE, COMMAND_STATUS };

#define STATUS_ERROR   (1u << 0)
#define STATUS_REQUEST (1u << 3)  // DRQ: a sector is ready to be moved
#define STATUS_SEEKED  (1u << 4)
#define STATUS_READY   (1u << 6)

#define ERROR_DIAGNOSTIC_PASSED (1u << 0)  // after a reset or EXECUTE DEVICE DIAGNOSTIC
#define ERROR_ABORTED           (1u << 2)  // not a command of ours, or not allowed
#define ERROR_NOT_FOUND         (1u << 4)  // no such sector
#define ERROR_UNCORRECTABLE     (1u << 6)  // the image file can't be read or written

#define DEVICE_SECOND (1u << 4)  // device 1 is meant, which isn't there
#define DEVICE_LBA    (1u << 6)  // the address is a sector number, not cylinder, head, sector

#define CONTROL_NO_INTERRUPT (1u << 1)
#define CONTROL_RESET        (1u << 2)

enum command {
    READ_SECTORS = 0x20,
    READ_SECTORS_EXT = 0x24,
    WRITE_SECTORS = 0x30,
    WRITE_SECTORS_EXT = 0x34,
    EXECUTE_DIAGNOSTIC = 0x90,
    INITIALIZE_PARAMETERS = 0x91,
    FLUSH_CACHE = 0xE7,
    FLUSH_CACHE_EXT = 0xEA,
    IDENTIFY_DEVICE = 0xEC,
};

#define HEADS             16  // the geometry for guests that still count cylinders
#define SECTORS_PER_TRACK 63
#define CYLINDERS_MAX     16383

static void interrupt_set(struct ata *ata, bool level)
{
    struct kvm_irq_level irq = {.irq = ATA_IRQ, .level = level};

    if (ata->interrupt == level)
        return;
    ata->interrupt = level;
    KVM(ata->vm_fd, KVM_IRQ_LINE, &irq);
}

// The drive has something to say: a sector is ready, a command is done or has failed.
static void notify(struct ata *ata)
{
    interrupt_set(ata, !(ata->control & CONTROL_NO_INTERRUPT));
}

static void command_done(struct ata *ata)
{
    ata->transfer = ATA_IDLE;
    ata->status = STATUS_READY | STATUS_SEEKED;
    notify(ata);
}

static void command_failed(struct ata *ata, uint8_t error)
{
    ata->transfer = ATA_IDLE;
    ata->error = error;
    ata->status = STATUS_READY | STATUS_ERROR;
    notify(ata);
}

// The signature that tells an ATA drive from a CD drive, where a reset leaves it.
static void signature_set(struct ata *ata)
{
    interrupt_set(ata, false);
    ata->transfer = ATA_IDLE;
    ata->error = ERROR_DIAGNOSTIC_PASSED;
    ata->status = STATUS_READY | STATUS_SEEKED;
    ata->count[0] = ata->lba_low[0] = 1;
    ata->lba_mid[0] = ata->lba_high[0] = 0;
    ata->device = 0;
}

void ata_reset(struct ata *ata, struct disk_image image, int vm_fd)
{
    *ata = (struct ata){.image = image, .vm_fd = vm_fd};
    signature_set(ata);
}

// Strings in IDENTIFY data are padded with spaces, and the bytes of each word are swapped.
static void identify_string(uint8_t *field, size_t size, const char *text)
{
    memset(field, ' ', size);
    for (size_t i = 0; i < size && text[i]; i++)
        field[i ^ 1] = (uint8_t)text[i];
}

static void identify_word(uint8_t *data, unsigned word, uint32_t value)
{
    data[2 * word] = (uint8_t)value;
    data[2 * word + 1] = (uint8_t)(value >> 8);
}

static uint32_t cylinders(const struct ata *ata)
{
    uint64_t count = ata->image.sectors / (HEADS * SECTORS_PER_TRACK);

    return count < 1 ? 1 : count > CYLINDERS_MAX ? CYLINDERS_MAX : (uint32_t)count;
}

// The 512 bytes that IDENTIFY DEVICE returns; what isn't set is zero, "not supported".
static void identify(struct ata *ata)
{
    uint8_t *data = ata->buffer;
    uint64_t sectors28 = ata->image.sectors < 0x0FFFFFFF ? ata->image.sectors : 0x0FFFFFFF;

    memset(data, 0, SECTOR_SIZE);
    identify_word(data, 0, 0x0040);  // a fixed drive
    identify_word(data, 1, cylinders(ata));
    identify_word(data, 3, HEADS);
    identify_word(data, 6, SECTORS_PER_TRACK);
    identify_string(data + 2 * 10, 20, "1");                  // serial number
    identify_string(data + 2 * 23, 8, "2");                   // firmware revision
    identify_string(data + 2 * 27, 40, "step by step disk");  // model
    identify_word(data, 49, 1u << 9);                         // LBA
    identify_word(data, 60, (uint32_t)sectors28);             // sectors, for 28-bit commands
    identify_word(data, 61, (uint32_t)sectors28 >> 16);
    identify_word(data, 80, 1u << 6);              // ATA/ATAPI-6
    identify_word(data, 83, 1u << 14 | 1u << 10);  // 48-bit commands; bit 14 is always set
    identify_word(data, 86, 1u << 10);             // and they are on
    for (unsigned i = 0; i < 4; i++)               // sectors, for 48-bit commands
        identify_word(data, 100 + i, (uint32_t)(ata->image.sectors >> (16 * i)));
}

// Where a transfer begins and how long it is, from the registers. 0 sectors stands for the most
// that the field can't say: 256, or 65536 with an EXT command.
static void address_read(struct ata *ata, bool ext)
{
    uint64_t low = ata->lba_low[0] | ata->lba_mid[0] << 8 | (uint64_t)ata->lba_high[0] << 16;

    ata->sectors = ata->count[0] ? ata->count[0] : 256;
    if (ext) {
        uint32_t count = ata->count[0] | (uint32_t)ata->count[1] << 8;

        ata->sectors = count ? count : 65536;
        ata->lba = low | (uint64_t)ata->lba_low[1] << 24 | (uint64_t)ata->lba_mid[1] << 32 |
                   (uint64_t)ata->lba_high[1] << 40;
    } else if (ata->device & DEVICE_LBA) {
        ata->lba = low | (uint64_t)(ata->device & 0x0F) << 24;
    } else {
        uint64_t cylinder = low >> 8, head = ata->device & 0x0F, sector = low & 0xFF;

        // Sectors count from 1. Sector 0 becomes an address beyond every disk.
        ata->lba = sector ? (cylinder * HEADS + head) * SECTORS_PER_TRACK + sector - 1 : UINT64_MAX;
    }
}

static bool address_is_valid(const struct ata *ata)
{
    return ata->lba < ata->image.sectors && ata->sectors <= ata->image.sectors - ata->lba;
}

// The next sector into the buffer, for the guest to take. pread fails or comes short when the image
// has shrunk or its medium is broken.
static void sector_read(struct ata *ata)
{
    if (pread(ata->image.fd, ata->buffer, SECTOR_SIZE, (off_t)(ata->lba * SECTOR_SIZE)) !=
        SECTOR_SIZE) {
        command_failed(ata, ERROR_UNCORRECTABLE);
        return;
    }
    ata->position = 0;
    ata->status = STATUS_READY | STATUS_SEEKED | STATUS_REQUEST;
    notify(ata);
}

static void read_start(struct ata *ata, bool ext)
{
    address_read(ata, ext);
    if (!address_is_valid(ata)) {
        command_failed(ata, ERROR_NOT_FOUND);
        return;
    }
    ata->transfer = ATA_READING;
    sector_read(ata);
}

// The drive asks for the first sector without an interrupt; it interrupts after each.
static void write_start(struct ata *ata, bool ext)
{
    address_read(ata, ext);
    if (ata->image.read_only) {
        command_failed(ata, ERROR_ABORTED);
        return;
    }
    if (!address_is_valid(ata)) {
        command_failed(ata, ERROR_NOT_FOUND);
        return;
    }
    ata->transfer = ATA_WRITING;
    ata->position = 0;
    ata->status = STATUS_READY | STATUS_SEEKED | STATUS_REQUEST;
}

static void identify_start(struct ata *ata)
{
    identify(ata);
    ata->transfer = ATA_READING;
    ata->sectors = 1;
    ata->position = 0;
    ata->status = STATUS_READY | STATUS_SEEKED | STATUS_REQUEST;
    notify(ata);
}

// The guest has moved the last byte of a sector.
static void sector_done(struct ata *ata)
{
    if (ata->transfer == ATA_WRITING && pwrite(ata->image.fd, ata->buffer, SECTOR_SIZE,
                                               (off_t)(ata->lba * SECTOR_SIZE)) != SECTOR_SIZE) {
        command_failed(ata, ERROR_UNCORRECTABLE);
        return;
    }
    ata->lba++;
    ata->sectors--;
    if (ata->transfer == ATA_READING && ata->sectors == 0) {
        ata->transfer = ATA_IDLE;  // the last sector was announced already: no interrupt
        ata->status = STATUS_READY | STATUS_SEEKED;
    } else if (ata->transfer == ATA_READING) {
        sector_read(ata);
    } else if (ata->sectors == 0) {
        command_done(ata);
    } else {
        ata->position = 0;
        notify(ata);
    }
}

static void flush(struct ata *ata)
{
    if (fsync(ata->image.fd) < 0)
        command_failed(ata, ERROR_UNCORRECTABLE);
    else
        command_done(ata);
}

static void command_start(struct ata *ata, uint8_t command)
{
    interrupt_set(ata, false);
    ata->error = 0;
    switch (command) {
    case READ_SECTORS: read_start(ata, false); break;
    case READ_SECTORS_EXT: read_start(ata, true); break;
    case WRITE_SECTORS: write_start(ata, false); break;
    case WRITE_SECTORS_EXT: write_start(ata, true); break;
    case IDENTIFY_DEVICE: identify_start(ata); break;
    case FLUSH_CACHE:
    case FLUSH_CACHE_EXT: flush(ata); break;
    case INITIALIZE_PARAMETERS: command_done(ata); break;  // any geometry is fine with us
    case EXECUTE_DIAGNOSTIC: signature_set(ata), notify(ata); break;
    default: command_failed(ata, ERROR_ABORTED); break;
    }
}

// The data port: `size` bytes of the sector's 512. Without a transfer it reads as ones.
static uint32_t data_in(struct ata *ata, unsigned size)
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

static void data_out(struct ata *ata, unsigned size, uint32_t value)
{
    if (ata->transfer != ATA_WRITING)
        return;
    for (unsigned i = 0; i < size && ata->position < SECTOR_SIZE; i++)
        ata->buffer[ata->position++] = (uint8_t)(value >> (8 * i));
    if (ata->position == SECTOR_SIZE)
        sector_done(ata);
}

uint32_t ata_in(void *device, uint16_t offset, unsigned size)
{
    struct ata *ata = device;

    if (ata->device & DEVICE_SECOND)
        return 0;  // the answer that a lone drive gives for the one that isn't there
    switch (offset) {
    case DATA: return data_in(ata, size);
    case FEATURE_ERROR: return ata->error;
    case COUNT: return ata->count[0];
    case LBA_LOW: return ata->lba_low[0];
    case LBA_MID: return ata->lba_mid[0];
    case LBA_HIGH: return ata->lba_high[0];
    case DEVICE: return ata->device;
    default:
        interrupt_set(ata, false);  // reading the status acknowledges the interrupt
        return ata->status;
    }
}

static void push(uint8_t reg[2], uint32_t value)
{
    reg[1] = reg[0];
    reg[0] = (uint8_t)value;
}

void ata_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct ata *ata = device;

    // Both drives of a channel see every write; commands go to the one that is selected, and ours
    // is device 0. EXECUTE DEVICE DIAGNOSTIC is for both.
    switch (offset) {
    case DATA: data_out(ata, size, value); break;
    case FEATURE_ERROR: push(ata->feature, value); break;
    case COUNT: push(ata->count, value); break;
    case LBA_LOW: push(ata->lba_low, value); break;
    case LBA_MID: push(ata->lba_mid, value); break;
    case LBA_HIGH: push(ata->lba_high, value); break;
    case DEVICE: ata->device = (uint8_t)value; break;
    default:
        if (!(ata->device & DEVICE_SECOND) || value == EXECUTE_DIAGNOSTIC)
            command_start(ata, (uint8_t)value);
        break;
    }
}

// The alternate status: leaves the interrupt alone.
uint32_t ata_control_in(void *device, uint16_t offset, unsigned size)
{
    const struct ata *ata = device;

    (void)offset, (void)size;
    return ata->device & DEVICE_SECOND ? 0 : ata->status;
}

void ata_control_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct ata *ata = device;

    (void)offset, (void)size;
    if ((ata->control & CONTROL_RESET) && !(value & CONTROL_RESET))
        signature_set(ata);  // the end of a software reset
    ata->control = (uint8_t)value;
    if (value & CONTROL_NO_INTERRUPT)
        interrupt_set(ata, false);
}
