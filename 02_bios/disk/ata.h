// An ATA disk at the ISA ports of the first channel: one drive, programmed I/O, sectors of 512
// bytes. It is what SeaBIOS looks for on a machine without PCI.
//
// Source: ATA/ATAPI-6, "Register delivered data transfer command" and "Command descriptions".

#ifndef ATA_H
#define ATA_H

#include <stdbool.h>
#include <stdint.h>

#include "image.h"

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
    bool interrupt;  // the level of our interrupt line

    // A transfer in progress: `position` bytes of `buffer` are through, `sectors` are left.
    enum { ATA_IDLE, ATA_READING, ATA_WRITING } transfer;
    uint8_t buffer[SECTOR_SIZE];
    unsigned position;
    uint64_t lba;
    uint32_t sectors;
};

// A drive after power-on, with `image` in it, on the machine `vm_fd`.
void ata_reset(struct ata *ata, struct disk_image image, int vm_fd);

// For a port map: the command block, and the control port. `device` is the struct ata.
uint32_t ata_in(void *device, uint16_t offset, unsigned size);
void ata_out(void *device, uint16_t offset, unsigned size, uint32_t value);
uint32_t ata_control_in(void *device, uint16_t offset, unsigned size);
void ata_control_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
