// What the loader uses of UEFI: two tables of functions that the firmware hands to an application,
// and the map of memory. Members that nobody calls here are gathered in arrays, which keep the
// others in their places. Source: UEFI specification, "EFI System Table", "Services - Boot
// Services".

#ifndef BOOT_UEFI_UEFI_H
#define BOOT_UEFI_UEFI_H

#include <stddef.h>
#include <stdint.h>

// UEFI's functions take their arguments in RCX, RDX, R8, R9, as Windows has it.
#define UEFI __attribute__((ms_abi))

typedef uint64_t uefi_status;  // 0, or an error

// Behind a table's signature: revision, size, checksum.
struct uefi_header {
    uint64_t signature;
    uint32_t parts[4];
};

struct uefi_text_output {
    void *reset;
    uefi_status(UEFI *output)(struct uefi_text_output *console, const uint16_t *text);
};

enum uefi_allocate {
    UEFI_MAX_ADDRESS = 1,  // anywhere up to an address
};

// UEFI specification, "EFI_BOOT_SERVICES.AllocatePages()", "Memory Type Usage after
// ExitBootServices()". All others are not ours to write to.
enum uefi_memory {
    UEFI_LOADER_CODE = 1,  // ours
    UEFI_LOADER_DATA = 2,
    UEFI_BOOT_SERVICES_CODE = 3,  // nobody's, once boot services have ended
    UEFI_BOOT_SERVICES_DATA = 4,
    UEFI_CONVENTIONAL = 7,  // free
};

struct uefi_range {
    uint32_t type;
    uint64_t base;     // physical address
    uint64_t virtual;  // for operating systems that give the firmware other addresses
    uint64_t pages;    // of 4 KiB
    uint64_t attributes;
};

// The name of a kind of device, by which one asks for its functions.
struct uefi_guid {
    uint32_t first;
    uint16_t second, third;
    uint8_t rest[8];
};

// UEFI specification, "Graphics Output Protocol".
struct uefi_graphics_info {
    uint32_t version;
    uint32_t width, height;  // pixels
    uint32_t format;         // enum uefi_pixels
    uint32_t masks[4];
    uint32_t pixels_per_line;
};

enum uefi_pixels {
    UEFI_PIXELS_RGB,  // 32 bits a pixel, red in the lowest eight
    UEFI_PIXELS_BGR,  // blue there; all others are rare, or no frame buffer at all
};

struct uefi_graphics_mode {
    uint32_t count, mode;
    const struct uefi_graphics_info *info;
    size_t info_size;
    uint64_t frame_buffer;  // physical address
    size_t frame_buffer_size;
};

struct uefi_graphics {
    void *functions[3];
    const struct uefi_graphics_mode *mode;
};

enum uefi_search {
    UEFI_BY_PROTOCOL = 2,  // all devices that have these functions
};

struct uefi_boot_services {
    struct uefi_header header;
    void *priority[2];
    uefi_status(UEFI *allocate_pages)(enum uefi_allocate how, enum uefi_memory type, size_t pages,
                                      uint64_t *address);
    void *free_pages;
    uefi_status(UEFI *get_memory_map)(size_t *size, struct uefi_range *map, size_t *key,
                                      size_t *range_size, uint32_t *version);
    void *others[11];
    uefi_status(UEFI *handle_protocol)(void *handle, const struct uefi_guid *name, void **found);
    void *more[9];
    uefi_status(UEFI *exit_boot_services)(void *application, size_t key);
    void *rest[9];
    uefi_status(UEFI *locate_handle_buffer)(enum uefi_search how, const struct uefi_guid *name,
                                            void *key, size_t *count, void ***handles);
};

// UEFI specification, "EFI Configuration Table": what the firmware has left in memory, by name.
struct uefi_configuration {
    struct uefi_guid name;
    uint64_t table;  // physical address
};

struct uefi_system_table {
    struct uefi_header header;
    uint16_t *vendor;
    uint32_t vendor_revision;
    void *input_handle;
    void *input;
    void *output_handle;
    struct uefi_text_output *output;
    void *error_handle;
    struct uefi_text_output *error;
    void *runtime_services;
    struct uefi_boot_services *boot;
    size_t configuration_count;
    const struct uefi_configuration *configuration;
};

_Static_assert(offsetof(struct uefi_system_table, output) == 64, "as the specification counts");
_Static_assert(offsetof(struct uefi_system_table, boot) == 96, "as the specification counts");
_Static_assert(offsetof(struct uefi_system_table, configuration) == 112, "and behind it the last");
_Static_assert(offsetof(struct uefi_boot_services, get_memory_map) == 56, "after the header, 4");
_Static_assert(offsetof(struct uefi_boot_services, handle_protocol) == 152, "and 16 functions");
_Static_assert(offsetof(struct uefi_boot_services, exit_boot_services) == 232, "and 26");
_Static_assert(offsetof(struct uefi_boot_services, locate_handle_buffer) == 312, "and 36");
_Static_assert(offsetof(struct uefi_graphics_mode, frame_buffer) == 24, "after a size of 64 bits");
_Static_assert(sizeof(struct uefi_range) == 40, "the firmware's may be longer, not shorter");

#endif
