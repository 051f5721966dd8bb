// hybrid: makes the one image that a BIOS and a UEFI start, each in its way: the disk image of the
// BIOS loader, behind it a FAT file system with the loader for UEFI, and a table of both that UEFI
// reads. A BIOS reads nothing but the first sector.
//
// usage: hybrid IMAGE DISK FAT

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/image_table.h"
#include "boot/uefi/gpt.h"
#include "common/host/file.h"

#define MAX_PART (INT64_C(1) << 31)  // bytes

// What GRUB calls a BIOS boot partition, a loader and no file system, and the EFI system partition.
static const struct uefi_guid bios_boot = {
    0x21686148, 0x6449, 0x6E6F, {0x74, 0x4E, 0x65, 0x65, 0x64, 0x45, 0x46, 0x49}};
static const struct uefi_guid efi_system = {
    0xC12A7328, 0xF81F, 0x11D2, {0xBA, 0x4B, 0x00, 0xA0, 0xC9, 0x3E, 0xC9, 0x3B}};

#define LEGACY_BOOT (1u << 2)  // an attribute: a BIOS starts from here

// The table of the boot sector (UEFI specification, "Protective MBR"). Its first entry says that
// all is taken. Some BIOSes start a disk only if an entry is active, and some UEFIs do so only if
// the first one isn't. So there is a second, of the type that means "no partition", where the
// specification wants zeros.
static const uint8_t protective[64] = {
    0,    0, 2, 0, 0xEE, 0xFF, 0xFF, 0xFF, 1, 0, 0, 0, 0, 0, 0, 0,  // the size is missing
    0x80, 0, 1, 0, 0,    0,    1,    0,    0, 0, 0, 0, 1, 0, 0, 0,  // the boot sector itself
};

#define TABLE       446           // where it is in the sector
#define TABLE_COUNT (TABLE + 12)  // the size of the first entry, 32 bits

static struct gpt gpt;
static const char *image_path;

// Half an image looks like one.
static void image_write(FILE *image, const void *data, size_t size)
{
    if (fwrite(data, 1, size, image) == size)
        return;
    remove(image_path);
    bad_usage("%s: cannot be written to its end", image_path);
}

static void boot_sector_write(FILE *image, const uint8_t *boot_sector, uint32_t sectors)
{
    uint8_t sector[SECTOR_SIZE];

    memcpy(sector, boot_sector, sizeof(sector));
    memcpy(sector + TABLE, protective, sizeof(protective));
    for (int i = 0; i < 4; i++)
        sector[TABLE_COUNT + i] = (uint8_t)((sectors - 1) >> (8 * i));
    image_write(image, sector, sizeof(sector));
}

static struct file part_read(const char *path, const char *what, size_t least)
{
    struct file file = file_read(path, what, least, MAX_PART);

    if (file.size % SECTOR_SIZE)
        bad_usage("%s: not whole sectors", path);
    return file;
}

int main(int argc, char **argv)
{
    static const uint8_t zeros[IMAGE_CYLINDER * SECTOR_SIZE];
    struct file disk, fat;
    uint32_t seed, first, used, sectors;
    FILE *image;

    if (argc != 4)
        bad_usage("usage: %s IMAGE DISK FAT", argv[0]);
    disk = part_read(argv[2], "a disk image", FILES_SECTOR * SECTOR_SIZE);
    fat = part_read(argv[3], "a FAT file system", SECTOR_SIZE);

    first = (uint32_t)(disk.size / SECTOR_SIZE);
    used = first + (uint32_t)(fat.size / SECTOR_SIZE) + GPT_SECTORS;
    sectors = (used + IMAGE_CYLINDER - 1) / IMAGE_CYLINDER * IMAGE_CYLINDER;
    seed = crc32_gpt(fat.data, fat.size);
    gpt.entries[0] =
        gpt_partition(&bios_boot, LOADER_SECTOR, first - LOADER_SECTOR, "loader for a BIOS", seed);
    gpt.entries[0].attributes = LEGACY_BOOT;
    gpt.entries[1] =
        gpt_partition(&efi_system, first, fat.size / SECTOR_SIZE, "loader for UEFI", seed);
    gpt_seal(&gpt, sectors, seed);

    image_path = argv[1];
    image = fopen(image_path, "wb");
    if (!image)
        bad_usage("%s: %s", image_path, strerror(errno));
    boot_sector_write(image, disk.data, sectors);
    image_write(image, &gpt.header, sizeof(gpt.header));
    image_write(image, gpt.entries, sizeof(gpt.entries));
    image_write(image, disk.data + (1 + GPT_SECTORS) * SECTOR_SIZE,
                disk.size - (1 + GPT_SECTORS) * SECTOR_SIZE);
    image_write(image, fat.data, fat.size);
    image_write(image, zeros, (size_t)(sectors - used) * SECTOR_SIZE);
    image_write(image, gpt.entries, sizeof(gpt.entries));
    image_write(image, &gpt.backup, sizeof(gpt.backup));
    if (fclose(image) != 0) {
        remove(image_path);
        bad_usage("%s: cannot be written to its end", image_path);
    }
    return 0;
}
