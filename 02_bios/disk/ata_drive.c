// The drive behind the registers of ata.h: whether it is meant, what it has to say, its interrupt,
// and what it says about itself.

#include <linux/kvm.h>
#include <string.h>

#include "ata.h"
#include "common/kvm/kvm.h"

#define CONTROL_NO_INTERRUPT (1u << 1)

bool ata_is_absent(const struct ata *ata)
{
    return ata->device & ATA_DEVICE_SECOND;
}

static void interrupt_set(struct ata *ata, bool level)
{
    struct kvm_irq_level irq = {.irq = ATA_IRQ, .level = level};

    if (ata->interrupt == level)
        return;
    ata->interrupt = level;
    KVM(ata->vm_fd, KVM_IRQ_LINE, &irq);
}

// A drive pulls the line while it has something to say, is selected, and was not told to poll.
void ata_interrupt_update(struct ata *ata)
{
    interrupt_set(ata,
                  ata->pending && !ata_is_absent(ata) && !(ata->control & CONTROL_NO_INTERRUPT));
}

void ata_notify(struct ata *ata, bool pending)
{
    ata->pending = pending;
    ata_interrupt_update(ata);
}

// What tells an ATA drive from a CD drive.
void ata_signature(struct ata *ata)
{
    ata->transfer = ATA_IDLE;
    ata->error = ATA_ERROR_DIAGNOSTIC_PASSED;
    ata->status = ATA_STATUS_READY | ATA_STATUS_SEEKED;
    ata->count[0] = ata->lba_low[0] = 1;
    ata->lba_mid[0] = ata->lba_high[0] = 0;
    ata->device = 0;
    ata_notify(ata, false);
}

// ---------------------------------------------------------------------------------------------------
// IDENTIFY DEVICE. Source: ATA/ATAPI-6, "IDENTIFY DEVICE"; for the geometry, ATA-3, "Identify
// drive".

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

static void identify_long(uint8_t *data, unsigned word, uint32_t value)
{
    identify_word(data, word, value);
    identify_word(data, word + 1, value >> 16);
}

// Two at least: firmware keeps the last one for itself, and the first sector must have a place.
static uint32_t cylinders(const struct ata *ata, uint32_t heads, uint32_t sectors_per_track,
                          uint32_t max)
{
    uint64_t count = ata->image.sectors / (heads * sectors_per_track);

    return count < 2 ? 2 : count > max ? max : (uint32_t)count;
}

// The geometry as the guest has set it: words 54 to 58.
static void identify_current(const struct ata *ata, uint8_t *data)
{
    uint32_t heads = ata->heads, per_track = ata->sectors_per_track;
    uint32_t count = cylinders(ata, heads, per_track, UINT16_MAX);

    identify_word(data, 53, 1u << 0);  // these words are valid
    identify_word(data, 54, count);
    identify_word(data, 55, heads);
    identify_word(data, 56, per_track);
    identify_long(data, 57, count * heads * per_track);
}

// What isn't set is zero, "not supported".
void ata_identify(struct ata *ata)
{
    const uint32_t sets = 1u << 14 | 1u << 13 | 1u << 12 | 1u << 10;  // bit 14 is always set
    uint8_t *data = ata->buffer;
    uint64_t sectors28 = ata->image.sectors < 0x0FFFFFFF ? ata->image.sectors : 0x0FFFFFFF;

    memset(data, 0, SECTOR_SIZE);
    identify_word(data, 0, 0x0040);  // a fixed drive
    identify_word(data, 1, cylinders(ata, ATA_HEADS, ATA_SECTORS_PER_TRACK, ATA_CYLINDERS_MAX));
    identify_word(data, 3, ATA_HEADS);
    identify_word(data, 6, ATA_SECTORS_PER_TRACK);
    identify_string(data + 2 * 10, 20, "1");                  // serial number
    identify_string(data + 2 * 23, 8, "2");                   // firmware revision
    identify_string(data + 2 * 27, 40, "step by step disk");  // model
    identify_word(data, 47, 0x8000 | ATA_MULTIPLE_MAX);
    identify_word(data, 49, 1u << 9);  // LBA
    identify_current(ata, data);
    identify_word(data, 59, ata->multiple ? 1u << 8 | ata->multiple : 0);
    identify_long(data, 60, (uint32_t)sectors28);  // sectors, for 28-bit commands
    identify_word(data, 80, 1u << 6);              // ATA/ATAPI-6
    identify_word(data, 83, sets);                 // FLUSH CACHE EXT, FLUSH CACHE, 48-bit commands
    identify_word(data, 84, 1u << 14);             // none of these
    identify_word(data, 86, sets & ~(1u << 14));   // and they are on
    identify_word(data, 87, 1u << 14);
    for (unsigned i = 0; i < 4; i++)  // sectors, for 48-bit commands
        identify_word(data, 100 + i, (uint32_t)(ata->image.sectors >> (16 * i)));
}
