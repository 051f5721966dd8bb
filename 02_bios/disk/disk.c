// The disk and the screen of disk.h.

#include "disk.h"

#include <string.h>

size_t disk_connect(struct disk *disk, struct disk_image image, const char *until, int vm_fd,
                    struct port_range *ports)
{
    const struct port_range map[] = {
        {ATA_PORT_FIRST, ATA_PORT_LAST, "ATA disk", ata_in, ata_out, &disk->ata, .width = 4},
        {ATA_PORT_CONTROL, ATA_PORT_CONTROL, "ATA control", ata_control_in, ata_control_out,
         &disk->ata},
        {SCREEN_PORT_DATA, SCREEN_PORT_LAST, "screen", screen_in, screen_out, &disk->screen,
         .width = 2},
        {FW_CFG_PORT_SELECTOR, FW_CFG_PORT_DATA, "firmware configuration", fw_cfg_in, fw_cfg_out,
         &disk->fw_cfg, .width = 2},
    };

    ata_reset(&disk->ata, image, vm_fd);
    screen_connect(&disk->screen, until);
    disk->fw_cfg = (struct fw_cfg){.rom = disk->screen.rom, .rom_size = SCREEN_ROM_SIZE};
    memcpy(ports, map, sizeof(map));
    return sizeof(map) / sizeof(map[0]);
}
