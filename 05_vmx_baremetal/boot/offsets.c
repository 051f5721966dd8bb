// The numbers that the boot sector and the loader share with C; becomes build/boot/offsets.inc.

#include "kernel/offsets.h"
#include "boot/info.h"
#include "kernel/panic/panic.h"
#include "kernel/trap/descriptor.h"

void offsets(void);

void offsets(void)
{
    VALUE(SECTOR_SIZE, SECTOR_SIZE);
    VALUE(LOADER_SECTOR, LOADER_SECTOR);
    VALUE(LOADER_SECTORS, LOADER_SECTORS);
    VALUE(TABLE_SECTOR, TABLE_SECTOR);
    VALUE(TABLE_SECTORS, TABLE_SECTORS);
    VALUE(BOOT_ADDRESS, BOOT_ADDRESS);
    VALUE(LOADER_ADDRESS, LOADER_ADDRESS);
    VALUE(INFO_ADDRESS, INFO_ADDRESS);
    VALUE(TABLES_ADDRESS, TABLES_ADDRESS);
    VALUE(BUFFER_ADDRESS, BUFFER_ADDRESS);
    VALUE(BUFFER_SECTORS, BUFFER_SECTORS);
    VALUE(HYPERVISOR_ADDRESS, HYPERVISOR_ADDRESS);
    VALUE(PAYLOAD_ADDRESS, PAYLOAD_ADDRESS);
    VALUE(PAYLOAD_LIMIT, PAYLOAD_LIMIT);
    TEXT(IMAGE_MAGIC, IMAGE_MAGIC);
    VALUE(IMAGE_VERSION, IMAGE_VERSION);
    VALUE(IMAGE_FILES, IMAGE_FILES);

    OFFSET(TABLE_CHECKSUM, struct image_table, checksum);
    OFFSET(TABLE_VERSION, struct image_table, version);
    OFFSET(TABLE_COUNT, struct image_table, count);
    OFFSET(TABLE_FILES, struct image_table, files);
    VALUE(TABLE_SIZE, sizeof(struct image_table));
    OFFSET(FILE_SECTOR, struct image_file, sector);
    OFFSET(FILE_BYTES, struct image_file, size);
    OFFSET(FILE_ADDRESS, struct image_file, address);
    OFFSET(FILE_CHECKSUM, struct image_file, checksum);
    VALUE(FILE_SIZE, sizeof(struct image_file));

    OFFSET(INFO_E820_COUNT, struct boot_info, e820_count);
    OFFSET(INFO_FIRMWARE, struct boot_info, firmware);
    VALUE(FIRMWARE_BIOS, FIRMWARE_BIOS);
    OFFSET(INFO_COM1, struct boot_info, com1);
    OFFSET(INFO_RSDP, struct boot_info, rsdp);
    OFFSET(INFO_SCREEN, struct boot_info, screen);
    VALUE(SCREEN_BYTES, sizeof(struct boot_screen));
    OFFSET(SCREEN_BASE, struct boot_screen, base);
    OFFSET(SCREEN_KIND, struct boot_screen, kind);
    OFFSET(SCREEN_WIDTH, struct boot_screen, width);
    OFFSET(SCREEN_HEIGHT, struct boot_screen, height);
    OFFSET(SCREEN_PITCH, struct boot_screen, pitch);
    VALUE(SCREEN_TEXT, SCREEN_TEXT);
    VALUE(VGA_TEXT, VGA_TEXT);
    OFFSET(INFO_E820, struct boot_info, e820);
    OFFSET(E820_BASE, struct e820_range, base);
    OFFSET(E820_SIZE, struct e820_range, size);
    OFFSET(E820_TYPE, struct e820_range, type);
    OFFSET(E820_ATTRIBUTES, struct e820_range, attributes);
    VALUE(E820_RANGE_SIZE, sizeof(struct e820_range));
    VALUE(E820_USABLE, E820_USABLE);
    VALUE(INFO_E820_MAX, INFO_E820_MAX);

    VALUE(SELECTOR_CODE, SELECTOR_CODE);
    VALUE(SELECTOR_DATA, SELECTOR_DATA);
    VALUE(VM_BAD_USAGE, VM_BAD_USAGE);
    VALUE(VM_REFUSED, VM_REFUSED);
}
