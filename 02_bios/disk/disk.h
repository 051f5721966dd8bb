// What 02_bios adds for `--disk`: an ATA disk to boot from, and a serial port on which SeaBIOS
// shows its screen and reads keys. The first reading of this stage needs none of it.

#ifndef DISK_H
#define DISK_H

#include <stddef.h>

#include "../options.h"
#include "ata.h"
#include "common/pc/port.h"
#include "fw_cfg.h"
#include "screen.h"

struct disk {
    struct ata ata;
    struct fw_cfg fw_cfg;
    struct screen screen;
};

// Puts the disk and the screen, which watches for `until` (or NULL), into the machine `vm_fd`:
// writes the rows for their ports to `ports`, which has room for eight, and returns how many they
// are.
size_t disk_connect(struct disk *disk, struct disk_image image, const char *until, int vm_fd,
                    struct port_range *ports);

#endif
