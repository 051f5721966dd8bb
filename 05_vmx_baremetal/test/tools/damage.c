// damage: changes one number in an image's table and makes the table's own checksum right again, so
// that the loader has to find out by other means.
//
// usage: damage IMAGE version|count|NAME.sector|NAME.size|NAME.address|NAME.checksum VALUE

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "boot/image_table.h"

static uint32_t *find_in(struct image_file *file, const char *field)
{
    if (strcmp(field, "sector") == 0)
        return &file->sector;
    if (strcmp(field, "size") == 0)
        return &file->size;
    if (strcmp(field, "address") == 0)
        return &file->address;
    return strcmp(field, "checksum") == 0 ? &file->checksum : NULL;
}

static uint32_t *find(struct image_table *table, const char *what)
{
    const char *dot = strchr(what, '.');

    if (strcmp(what, "version") == 0)
        return &table->version;
    if (strcmp(what, "count") == 0)
        return &table->count;
    for (int i = 0; dot && i < IMAGE_FILES; i++)
        if (strlen(table->files[i].name) == (size_t)(dot - what) &&
            strncmp(table->files[i].name, what, (size_t)(dot - what)) == 0)
            return find_in(&table->files[i], dot + 1);
    return NULL;
}

int main(int argc, char **argv)
{
    struct image_table table;
    FILE *image = argc == 4 ? fopen(argv[1], "r+b") : NULL;
    uint32_t *number;

    if (!image || fseek(image, TABLE_SECTOR * SECTOR_SIZE, SEEK_SET) != 0 ||
        fread(&table, sizeof(table), 1, image) != 1 || !(number = find(&table, argv[2]))) {
        fprintf(stderr, "usage: damage IMAGE WHAT VALUE\n");
        return 2;
    }
    *number = (uint32_t)strtoul(argv[3], NULL, 0);
    table.checksum =
        crc32c(0, &table.version, sizeof(table) - offsetof(struct image_table, version));
    if (fseek(image, TABLE_SECTOR * SECTOR_SIZE, SEEK_SET) != 0 ||
        fwrite(&table, sizeof(table), 1, image) != 1 || fclose(image) != 0) {
        perror(argv[1]);
        return 2;
    }
    return 0;
}
