// QEMU's firmware configuration interface: a selector and a data port, through which a firmware
// reads small named files. We have one for SeaBIOS: the screen's option ROM.
//
// Source: QEMU documentation, "QEMU Firmware Configuration (fw_cfg) Device".

#ifndef FW_CFG_H
#define FW_CFG_H

#include <stdint.h>

#define FW_CFG_PORT_SELECTOR 0x510  // write 2 bytes: which item
#define FW_CFG_PORT_DATA     0x511  // read: its next byte

struct fw_cfg {
    uint16_t selected;
    uint32_t position;   // in the selected item, in bytes
    const uint8_t *rom;  // the file vgaroms/screen.rom
    uint16_t rom_size;   // bytes
};

// For a port map. `device` is the struct fw_cfg.
uint32_t fw_cfg_in(void *device, uint16_t offset, unsigned size);
void fw_cfg_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
