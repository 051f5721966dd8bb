// The firmware configuration interface of fw_cfg.h.

#include "fw_cfg.h"

#include <stddef.h>

enum { SELECTOR, DATA };  // the ports, as offsets from FW_CFG_PORT_SELECTOR

// Items that every fw_cfg has, and the first number for files.
#define ITEM_SIGNATURE 0x0000
#define ITEM_FEATURES  0x0001
#define ITEM_DIRECTORY 0x0019
#define ITEM_FIRST     0x0020

#define FEATURE_PORTS (1u << 0)  // the two ports, and no DMA

// The directory: a count, then an entry a file. Its numbers are big-endian. SeaBIOS runs what is in
// vgaroms/ early, before it prints.
struct directory {
    uint8_t count[4];
    struct {
        uint8_t size[4];
        uint8_t item[2];
        uint8_t reserved[2];
        char name[56];
    } file;
};

_Static_assert(sizeof(struct directory) == 68, "4 bytes, and 64 for each file");

static const uint8_t signature[4] = {'Q', 'E', 'M', 'U'};
static const uint8_t features[4] = {FEATURE_PORTS};

static uint8_t byte_of(const void *item, size_t size, uint32_t position)
{
    return position < size ? ((const uint8_t *)item)[position] : 0;
}

static uint8_t directory_byte(const struct fw_cfg *fw, uint32_t position)
{
    const struct directory directory = {
        .count = {0, 0, 0, 1},
        .file = {.size = {0, 0, (uint8_t)(fw->rom_size >> 8), (uint8_t)fw->rom_size},
                 .item = {0, ITEM_FIRST},
                 .name = "vgaroms/screen.rom"},
    };

    return byte_of(&directory, sizeof(directory), position);
}

uint32_t fw_cfg_in(void *device, uint16_t offset, unsigned size)
{
    struct fw_cfg *fw = device;
    uint32_t position;

    (void)size;
    if (offset != DATA)
        return 0;
    position = fw->position++;
    switch (fw->selected) {
    case ITEM_SIGNATURE: return byte_of(signature, sizeof(signature), position);
    case ITEM_FEATURES: return byte_of(features, sizeof(features), position);
    case ITEM_DIRECTORY: return directory_byte(fw, position);
    case ITEM_FIRST: return byte_of(fw->rom, fw->rom_size, position);
    default: return 0;  // an item that isn't there reads as zeroes
    }
}

void fw_cfg_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct fw_cfg *fw = device;

    (void)size;
    if (offset != SELECTOR)
        return;  // items were writable once; no more since QEMU 2.4
    fw->selected = (uint16_t)value;
    fw->position = 0;
}
