// `struct boot_params`, the "zero page": the 4 KiB in which a boot loader tells Linux about the
// machine. RSI points at it when the kernel starts. Only fields that this project reads or writes
// have names; the rest stays zero, which means "not there".
//
// Taught in book/03_linux_boot. Source: Linux x86 boot protocol, "The Real-Mode Kernel Header" and
// "Zero Page".

#ifndef COMMON_PC_BOOTPARAMS_H
#define COMMON_PC_BOOTPARAMS_H

#include <stddef.h>
#include <stdint.h>

#include "common/pc/linux/e820.h"

// The setup header stands at this offset both in a bzImage and in boot_params.
#define SETUP_HEADER 0x1F1

#define SETUP_BOOT_FLAG     0xAA55      // boot_flag: a boot sector's signature
#define SETUP_MAGIC         0x53726448  // header: "HdrS"
#define LOADED_HIGH         (1u << 0)  // loadflags: a bzImage, whose kernel loads at 1 MiB or above
#define XLF_KERNEL_64       (1u << 0)  // xloadflags: there is a 64-bit entry point at offset 0x200
#define LOADER_UNREGISTERED 0xFF       // type_of_loader: one that has no number of its own

struct setup_header {
    uint8_t setup_sects;  // 512-byte sectors of 16-bit code after the first; 0 means 4
    uint16_t root_flags;
    uint32_t syssize;  // size of the kernel behind them, in 16-byte units
    uint16_t ram_size;
    uint16_t vid_mode;
    uint16_t root_dev;
    uint16_t boot_flag;
    uint8_t jump;         // 16-bit code: a jump over this header,
    uint8_t jump_offset;  // so its offset tells where the header ends
    uint32_t header;
    uint16_t version;  // of the boot protocol, 0x020F for 2.15
    uint32_t realmode_swtch;
    uint16_t start_sys_seg;
    uint16_t kernel_version;
    uint8_t type_of_loader;  // written by the loader
    uint8_t loadflags;
    uint16_t setup_move_size;
    uint32_t code32_start;
    uint32_t ramdisk_image;  // written by the loader: the initrd's address
    uint32_t ramdisk_size;   // written by the loader, in bytes
    uint32_t bootsect_kludge;
    uint16_t heap_end_ptr;
    uint8_t ext_loader_ver;
    uint8_t ext_loader_type;
    uint32_t cmd_line_ptr;     // written by the loader
    uint32_t initrd_addr_max;  // the highest address that the initrd's last byte may have
    uint32_t kernel_alignment;
    uint8_t relocatable_kernel;
    uint8_t min_alignment;
    uint16_t xloadflags;
    uint32_t cmdline_size;  // longest command line, without its final zero
    uint32_t hardware_subarch;
    uint64_t hardware_subarch_data;
    uint32_t payload_offset;
    uint32_t payload_length;
    uint64_t setup_data;
    uint64_t pref_address;  // where the kernel would like to run
    uint32_t init_size;     // bytes that it needs from there on, until it knows the memory map
} __attribute__((packed));

#define OFFSET_IN_FILE(field) (SETUP_HEADER + offsetof(struct setup_header, field))

_Static_assert(OFFSET_IN_FILE(syssize) == 0x1F4, "setup header");
_Static_assert(OFFSET_IN_FILE(boot_flag) == 0x1FE, "setup header");
_Static_assert(OFFSET_IN_FILE(jump_offset) == 0x201, "setup header");
_Static_assert(OFFSET_IN_FILE(header) == 0x202, "setup header");
_Static_assert(OFFSET_IN_FILE(version) == 0x206, "setup header");
_Static_assert(OFFSET_IN_FILE(type_of_loader) == 0x210, "setup header");
_Static_assert(OFFSET_IN_FILE(loadflags) == 0x211, "setup header");
_Static_assert(OFFSET_IN_FILE(ramdisk_image) == 0x218, "setup header");
_Static_assert(OFFSET_IN_FILE(ramdisk_size) == 0x21C, "setup header");
_Static_assert(OFFSET_IN_FILE(cmd_line_ptr) == 0x228, "setup header");
_Static_assert(OFFSET_IN_FILE(initrd_addr_max) == 0x22C, "setup header");
_Static_assert(OFFSET_IN_FILE(kernel_alignment) == 0x230, "setup header");
_Static_assert(OFFSET_IN_FILE(relocatable_kernel) == 0x234, "setup header");
_Static_assert(OFFSET_IN_FILE(xloadflags) == 0x236, "setup header");
_Static_assert(OFFSET_IN_FILE(cmdline_size) == 0x238, "setup header");
_Static_assert(OFFSET_IN_FILE(pref_address) == 0x258, "setup header");
_Static_assert(OFFSET_IN_FILE(init_size) == 0x260, "setup header");
_Static_assert(sizeof(struct setup_header) == 0x264 - SETUP_HEADER, "setup header");

struct boot_params {
    uint8_t pad_000[0x070];
    uint64_t acpi_rsdp_addr;  // 0: let the kernel search for it
    uint8_t pad_078[0x1E8 - 0x078];
    uint8_t e820_entries;
    uint8_t pad_1e9[SETUP_HEADER - 0x1E9];
    union {
        struct setup_header hdr;
        uint8_t hdr_bytes[0x290 - SETUP_HEADER];  // room for the fields of later protocols
    };
    uint8_t pad_290[0x2D0 - 0x290];
    struct e820_entry e820_table[E820_MAX];
    uint8_t pad_cd0[0x1000 - 0xCD0];
} __attribute__((packed));

_Static_assert(offsetof(struct boot_params, acpi_rsdp_addr) == 0x070, "boot_params");
_Static_assert(offsetof(struct boot_params, e820_entries) == 0x1E8, "boot_params");
_Static_assert(offsetof(struct boot_params, hdr) == SETUP_HEADER, "boot_params");
_Static_assert(offsetof(struct boot_params, e820_table) == 0x2D0, "boot_params");
_Static_assert(sizeof(struct boot_params) == 4096, "boot_params is one page");

#endif
