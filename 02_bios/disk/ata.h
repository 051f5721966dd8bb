// An ATA disk at the ISA ports of the first channel: one drive, programmed I/O, sectors of 512
// bytes. It is what SeaBIOS looks for on a machine without PCI.
//
// Source: ATA/ATAPI-6, "Register delivered data transfer command sector addressing" and "Command
// descriptions"; for what old drivers and DOS still use, "Obsolete" there, ATA-3, "Command
// descriptions".

#ifndef ATA_H
#define ATA_H

#include <stdbool.h>
#include <stdint.h>

#include "common/host/disk_image.h"

#define ATA_PORT_FIRST   0x1F0  // the command block: data, error, count, LBA, device, status
#define ATA_PORT_LAST    0x1F7
#define ATA_PORT_CONTROL 0x3F6  // device control, alternate status
#define ATA_IRQ          14

struct ata {
    struct disk_image image;
    int vm_fd;  // where interrupts go

    // The registers as the guest wrote them. Five are two bytes deep: [1] is the previous write,
    // which the EXT commands take as the high half.
    uint8_t count[2], lba_low[2], lba_mid[2], lba_high[2], feature[2];
    uint8_t device, status, error, control;
    bool pending;    // the drive has something to say that the guest hasn't seen
    bool interrupt;  // the level of our interrupt line

    // What the guest has set: how an address of cylinder, head and sector is counted, and how many
    // sectors READ and WRITE MULTIPLE move for each interrupt (0: they are off).
    uint32_t heads, sectors_per_track, multiple;

    // A transfer in progress: `position` bytes of `buffer` are through, `sectors` are left, `block`
    // of them before the next interrupt.
    enum { ATA_IDLE, ATA_READING, ATA_WRITING } transfer;
    uint8_t buffer[SECTOR_SIZE];
    unsigned position;
    uint64_t lba;
    uint32_t sectors, block, block_size;
    bool ext;  // it came with an address of 48 bits
};

#define ATA_STATUS_ERROR   (1u << 0)
#define ATA_STATUS_REQUEST (1u << 3)  // DRQ: a sector is ready to be moved
#define ATA_STATUS_SEEKED  (1u << 4)
#define ATA_STATUS_READY   (1u << 6)
#define ATA_STATUS_BUSY    (1u << 7)

#define ATA_ERROR_DIAGNOSTIC_PASSED (1u << 0)  // after a reset or EXECUTE DEVICE DIAGNOSTIC
#define ATA_ERROR_ABORTED           (1u << 2)  // not a command of ours, or not allowed
#define ATA_ERROR_NOT_FOUND         (1u << 4)  // no such sector
#define ATA_ERROR_UNCORRECTABLE     (1u << 6)  // the image file can't be read or written

#define ATA_DEVICE_SECOND (1u << 4)  // device 1 is meant, which isn't there
#define ATA_DEVICE_LBA    (1u << 6)  // the address is a sector number, not cylinder, head, sector

#define ATA_HEADS             16  // the geometry for guests that still count cylinders
#define ATA_SECTORS_PER_TRACK 63
#define ATA_CYLINDERS_MAX     16383
#define ATA_MULTIPLE_MAX      16

// A drive after power-on, with `image` in it, on the machine `vm_fd`.
void ata_reset(struct ata *ata, struct disk_image image, int vm_fd);

// For a port map: the command block, and the control port. `device` is the struct ata.
uint32_t ata_in(void *device, uint16_t offset, unsigned size);
void ata_out(void *device, uint16_t offset, unsigned size, uint32_t value);
uint32_t ata_control_in(void *device, uint16_t offset, unsigned size);
void ata_control_out(void *device, uint16_t offset, unsigned size, uint32_t value);

// Between the three files of the drive. Commands, in ata_command.c: one is written to its register,
// whichever drive is selected, and `size` bytes are moved through the data port.
void ata_command(struct ata *ata, uint8_t command);
uint32_t ata_data_in(struct ata *ata, unsigned size);
void ata_data_out(struct ata *ata, unsigned size, uint32_t value);

// In ata_drive.c: whether device 1 is selected, which isn't there.
bool ata_is_absent(const struct ata *ata);

// The drive has something to say, or the guest has seen it.
void ata_notify(struct ata *ata, bool pending);

// The interrupt line follows what the drive has to say, the selection and the control register.
void ata_interrupt_update(struct ata *ata);

// Idle, with the registers as a reset leaves them.
void ata_signature(struct ata *ata);

// The 512 bytes that IDENTIFY DEVICE returns go to the buffer.
void ata_identify(struct ata *ata);

#endif
