// The ATA disk of ata.h: its registers and its reset.

#include "ata.h"

// Command block registers, as offsets from ATA_PORT_FIRST.
enum { DATA, FEATURE_ERROR, COUNT, LBA_LOW, LBA_MID, LBA_HIGH, DEVICE, COMMAND_STATUS };

#define CONTROL_RESET    (1u << 2)
#define CONTROL_PREVIOUS (1u << 7)  // read what was written before the last time

// What the guest has set is forgotten by a software reset, too.
static void defaults_set(struct ata *ata)
{
    ata->heads = ATA_HEADS;
    ata->sectors_per_track = ATA_SECTORS_PER_TRACK;
    ata->multiple = ATA_MULTIPLE_MAX;
    ata_signature(ata);
}

void ata_reset(struct ata *ata, struct disk_image image, int vm_fd)
{
    *ata = (struct ata){.image = image, .vm_fd = vm_fd};
    defaults_set(ata);
}

static uint8_t register_in(struct ata *ata, unsigned offset)
{
    unsigned depth = ata->control & CONTROL_PREVIOUS ? 1 : 0;

    switch (offset) {
    case FEATURE_ERROR: return ata->error;
    case COUNT: return ata->count[depth];
    case LBA_LOW: return ata->lba_low[depth];
    case LBA_MID: return ata->lba_mid[depth];
    case LBA_HIGH: return ata->lba_high[depth];
    case DEVICE: return ata->device;
    default:
        ata_notify(ata, false);  // reading the status acknowledges the interrupt
        return ata->status;
    }
}

// Only data are wider than a byte: a wider access to another register is several.
uint32_t ata_in(void *device, uint16_t offset, unsigned size)
{
    struct ata *ata = device;
    uint32_t value = 0;

    if (ata_is_absent(ata))
        return 0;  // the status that a lone drive gives for the one that isn't there
    if (offset == DATA)
        return ata_data_in(ata, size);
    for (unsigned i = 0; i < size; i++)
        value |= (uint32_t)register_in(ata, offset + i) << (8 * i);
    return value;
}

static void push(uint8_t reg[2], uint8_t value)
{
    reg[1] = reg[0];
    reg[0] = value;
}

static void device_select(struct ata *ata, uint8_t value)
{
    ata->device = value;
    ata_interrupt_update(ata);
}

static void register_out(struct ata *ata, unsigned offset, uint8_t value)
{
    switch (offset) {
    case FEATURE_ERROR: push(ata->feature, value); break;
    case COUNT: push(ata->count, value); break;
    case LBA_LOW: push(ata->lba_low, value); break;
    case LBA_MID: push(ata->lba_mid, value); break;
    case LBA_HIGH: push(ata->lba_high, value); break;
    case DEVICE: device_select(ata, value); break;
    default: ata_command(ata, value); break;
    }
}

// Both drives of a channel see every write; data and commands go to the one that is selected, and
// ours is device 0.
void ata_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct ata *ata = device;

    ata->control &= (uint8_t)~CONTROL_PREVIOUS;
    if (offset != DATA)
        for (unsigned i = 0; i < size; i++)
            register_out(ata, offset + i, (uint8_t)(value >> (8 * i)));
    else if (!ata_is_absent(ata))
        ata_data_out(ata, size, value);
}

// The alternate status: leaves the interrupt alone.
uint32_t ata_control_in(void *device, uint16_t offset, unsigned size)
{
    const struct ata *ata = device;

    (void)offset, (void)size;
    return ata_is_absent(ata) ? 0 : ata->status;
}

void ata_control_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct ata *ata = device;
    bool was_in_reset = ata->control & CONTROL_RESET;

    (void)offset, (void)size;
    ata->control = (uint8_t)value;
    if (value & CONTROL_RESET) {  // busy until the bit is 0 again
        ata_signature(ata);
        ata->status = ATA_STATUS_BUSY;
    } else if (was_in_reset) {
        defaults_set(ata);
    }
    ata_interrupt_update(ata);
}
