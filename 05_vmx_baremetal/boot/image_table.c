// The image table of boot/image.h: where each file goes, and its checksum.

#include "boot/image_table.h"

#include <string.h>

#define SECTORS_PER_PAGE (IMAGE_PAGE / SECTOR_SIZE)

#define CASTAGNOLI 0x82F63B78  // the polynomials, reflected
#define ETHERNET   0xEDB88320

static uint32_t crc_update(uint32_t polynomial, uint32_t crc, const uint8_t *byte, size_t size)
{
    crc = ~crc;
    for (; size; size--) {
        crc ^= *byte++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? polynomial : 0);
    }
    return ~crc;
}

uint32_t crc32c(uint32_t crc, const void *data, size_t size)
{
    return crc_update(CASTAGNOLI, crc, data, size);
}

uint32_t crc32_gpt(const void *data, size_t size)
{
    return crc_update(ETHERNET, 0, data, size);
}

static uint32_t pages(const struct image_file *file)
{
    return (uint32_t)(((uint64_t)file->size + IMAGE_PAGE - 1) / IMAGE_PAGE);
}

uint32_t image_sectors(const struct image_table *table)
{
    const struct image_file *last;

    if (!table->count)
        return FILES_SECTOR;
    last = &table->files[table->count - 1];
    return last->sector + pages(last) * SECTORS_PER_PAGE;
}

// The first file is the hypervisor and has a place of its own, the second begins the payloads.
static uint32_t next_address(const struct image_table *table, size_t size)
{
    const struct image_file *last;
    uint32_t address = PAYLOAD_ADDRESS;

    if (!table->count)
        return HYPERVISOR_ADDRESS;
    last = &table->files[table->count - 1];
    if (table->count > 1)
        address = last->address + pages(last) * IMAGE_PAGE;
    return address <= GAP_ADDRESS && size > GAP_ADDRESS - address ? GAP_END : address;
}

const char *image_add(struct image_table *table, const char *name, const uint8_t *data, size_t size)
{
    static const uint8_t zeros[IMAGE_PAGE];
    struct image_file file = {.sector = image_sectors(table), .address = next_address(table, size)};

    if (table->count == IMAGE_FILES)
        return "the image has no room for another file in its table";
    for (uint32_t i = 0; i < table->count; i++)
        if (strcmp(table->files[i].name, name) == 0)
            return "the image already has a file of this name";
    if (size > PAYLOAD_LIMIT - file.address)
        return "the files of the image are more than its loader can put below 1 GiB";
    if (table->count == 0 && size > PAYLOAD_ADDRESS - HYPERVISOR_ADDRESS)
        return "the hypervisor is larger than its place in memory";

    strncpy(file.name, name, sizeof(file.name) - 1);
    file.size = (uint32_t)size;
    file.checksum = crc32c(crc32c(0, data, size), zeros, -size % IMAGE_PAGE);
    table->files[table->count++] = file;
    return NULL;
}

void image_seal(struct image_table *table)
{
    const uint8_t *covered = (const uint8_t *)&table->version;

    memcpy(table->magic, IMAGE_MAGIC, sizeof(table->magic));
    table->version = IMAGE_VERSION;
    table->checksum = crc32c(0, covered, sizeof(*table) - offsetof(struct image_table, version));
}
