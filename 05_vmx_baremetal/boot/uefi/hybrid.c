// hybrid: makes the one image that a BIOS and a UEFI start, each in its way: the disk image of the
// BIOS loader, and behind it, as the second partition, a FAT file system with the loader for UEFI.
// A UEFI looks for partitions of type EFh in such a table (UEFI specification, "Legacy Master Boot
// Record (MBR)"), a BIOS doesn't look.
//
// usage: hybrid IMAGE DISK FAT

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "boot/image.h"
#include "common/host/file.h"

#define PARTITION_SYSTEM 0xEF  // the type: an EFI system partition

#define ENTRY_2     (446 + 16)  // the second entry of the partition table
#define ENTRY_TYPE  4           // there
#define ENTRY_FIRST 8           // first sector, 32 bits
#define ENTRY_COUNT 12          // number of sectors

#define MAX_PART (INT64_C(1) << 31)  // bytes

static void put32(uint8_t *to, uint32_t value)
{
    for (int i = 0; i < 4; i++)
        to[i] = (uint8_t)(value >> (8 * i));
}

int main(int argc, char **argv)
{
    uint8_t sector[SECTOR_SIZE];  // the first one, with the partition table
    uint8_t *entry = sector + ENTRY_2;
    struct file disk, fat;
    FILE *image;
    int failed;

    if (argc != 4)
        bad_usage("usage: %s IMAGE DISK FAT", argv[0]);
    disk = file_read(argv[2], "a disk image", FILES_SECTOR * SECTOR_SIZE, MAX_PART);
    fat = file_read(argv[3], "a FAT file system", SECTOR_SIZE, MAX_PART);
    if (disk.size % SECTOR_SIZE || fat.size % SECTOR_SIZE)
        bad_usage("%s: not whole sectors", disk.size % SECTOR_SIZE ? argv[2] : argv[3]);

    memcpy(sector, disk.data, sizeof(sector));
    entry[0] = 0;                // nothing for a BIOS
    memset(entry + 1, 0xFF, 7);  // cylinders, heads and sectors: beyond what they reach
    entry[ENTRY_TYPE] = PARTITION_SYSTEM;
    put32(entry + ENTRY_FIRST, (uint32_t)(disk.size / SECTOR_SIZE));
    put32(entry + ENTRY_COUNT, (uint32_t)(fat.size / SECTOR_SIZE));

    image = fopen(argv[1], "wb");
    if (!image)
        bad_usage("%s: %s", argv[1], strerror(errno));
    failed = fwrite(sector, 1, sizeof(sector), image) != sizeof(sector) ||
             fwrite(disk.data + SECTOR_SIZE, 1, disk.size - SECTOR_SIZE, image) !=
                 disk.size - SECTOR_SIZE ||
             fwrite(fat.data, 1, fat.size, image) != fat.size;
    if (fclose(image) != 0 || failed) {
        remove(argv[1]);  // half an image looks like one
        bad_usage("%s: cannot be written to its end", argv[1]);
    }
    return 0;
}
