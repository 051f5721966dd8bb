// mkimage: puts the boot sector, the loader and the files of an image together.
//
// usage: mkimage IMAGE BOOT LOADER hypervisor=FILE [NAME=FILE]...
//
// Taught in book/05_vmx_baremetal.

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/image_table.h"
#include "common/host/file.h"

#define PARTITION_SECTORS (446 + 12)  // where the boot sector says how long the first partition is
#define MAX_FILE          (PAYLOAD_LIMIT - PAYLOAD_ADDRESS)

static const char *image_path;

// A half-written image is removed: it would look like one.
static void image_write(FILE *image, const void *data, size_t size)
{
    if (fwrite(data, 1, size, image) == size)
        return;
    fprintf(stderr, "%s: %s\n", image_path, strerror(errno));
    remove(image_path);
    exit(2);
}

static void zeros_write(FILE *image, size_t size)
{
    static const uint8_t zeros[IMAGE_PAGE];

    for (; size > sizeof(zeros); size -= sizeof(zeros))
        image_write(image, zeros, sizeof(zeros));
    image_write(image, zeros, size);
}

// The file behind NAME=FILE, entered into the table under its name.
static struct file file_add(struct image_table *table, const char *argument)
{
    const char *equals = strchr(argument, '=');
    const char *error;
    struct file file;
    char name[sizeof(table->files[0].name)] = {0};

    if (!equals || equals == argument || (size_t)(equals - argument) >= sizeof(name))
        bad_usage("%s: expected NAME=FILE, with a name of 1 to %zu characters", argument,
                  sizeof(name) - 1);
    memcpy(name, argument, (size_t)(equals - argument));
    file = file_read(equals + 1, "a file for the image", 0, MAX_FILE);
    error = image_add(table, name, file.data, file.size);
    if (error)
        bad_usage("%s: %s", argument, error);
    return file;
}

// The boot sector, with the length of the partition, which is everything behind it.
static void boot_write(FILE *image, struct file boot, uint32_t sectors)
{
    uint8_t sector[SECTOR_SIZE];
    uint32_t partition = sectors - 1;

    memcpy(sector, boot.data, sizeof(sector));
    for (int i = 0; i < 4; i++)
        sector[PARTITION_SECTORS + i] = (uint8_t)(partition >> (8 * i));
    image_write(image, sector, sizeof(sector));
}

int main(int argc, char **argv)
{
    struct image_table table = {0};
    struct file boot, loader, files[IMAGE_FILES];
    uint32_t used, sectors;
    FILE *image;

    if (argc < 5 || argc > 4 + IMAGE_FILES || strncmp(argv[4], "hypervisor=", 11) != 0)
        bad_usage("usage: %s IMAGE BOOT LOADER hypervisor=FILE [NAME=FILE]...", argv[0]);
    boot = file_read(argv[2], "a boot sector", SECTOR_SIZE, SECTOR_SIZE);
    loader =
        file_read(argv[3], "a loader", LOADER_SECTORS * SECTOR_SIZE, LOADER_SECTORS * SECTOR_SIZE);
    for (int i = 4; i < argc; i++)
        files[i - 4] = file_add(&table, argv[i]);
    image_seal(&table);

    image_path = argv[1];
    image = fopen(image_path, "wb");
    if (!image)
        bad_usage("%s: %s", image_path, strerror(errno));
    used = image_sectors(&table);
    sectors = (used + IMAGE_CYLINDER - 1) / IMAGE_CYLINDER * IMAGE_CYLINDER;
    boot_write(image, boot, sectors);
    zeros_write(image, (LOADER_SECTOR - 1) * SECTOR_SIZE);
    image_write(image, loader.data, loader.size);
    image_write(image, &table, sizeof(table));
    for (uint32_t i = 0; i < table.count; i++) {
        image_write(image, files[i].data, files[i].size);
        zeros_write(image, -files[i].size % IMAGE_PAGE);
    }
    zeros_write(image, (size_t)(sectors - used) * SECTOR_SIZE);
    if (fclose(image) != 0)
        bad_usage("%s: %s", image_path, strerror(errno));
    return 0;
}
