// The loader of linux.h: read the file, draw the memory map, find a place for everything, and only
// then write.

#include "common/pc/linux/linux.h"

#include <string.h>

#include "common/pc/linux/bootparams.h"
#include "common/pc/linux/linux_image.h"
#include "common/pc/x86.h"

#define EBDA          0x9FC00   // the last KiB of conventional RAM belongs to the firmware
#define VIDEO         0xA0000   // conventional RAM ends, video memory starts
#define BIOS          0xF0000   // where a PC's firmware lives
#define EXTENDED      0x100000  // RAM goes on
#define HIGH_RAM      0x100000000
#define LOW_END       (LINUX_CMDLINE + LINUX_CMDLINE_MAX)
#define PROTOCOL_2_12 0x020C

// Everything that is decided before anything is written.
struct plan {
    struct linux_image image;
    struct e820 map;
    uint64_t cmdline_size;  // bytes, final zero included
    struct boot_params params;
};

static enum linux_error read_kernel(const struct linux_boot *boot, struct linux_image *image)
{
    if (!boot->kernel_size)
        return LINUX_EMPTY;
    if (bzimage_is(boot->kernel, boot->kernel_size))
        return bzimage_read(boot->kernel, boot->kernel_size, image);
    if (elf_is(boot->kernel, boot->kernel_size))
        return elf_read(boot->kernel, boot->kernel_size, image);
    if (boot->kernel_size >= 2 && memcmp(boot->kernel, "\x1F\x8B", 2) == 0)
        return LINUX_GZIP;
    return LINUX_UNKNOWN_FORMAT;
}

// RAM with the holes that every PC has, and then what the host took out of it.
static enum linux_error draw_map(const struct linux_boot *boot, const struct guest_ram *ram,
                                 struct e820 *map)
{
    bool fits = true;

    if (ram->low <= EXTENDED)
        return LINUX_NO_RAM;
    fits &= e820_set(map, 0, VIDEO, E820_RAM);
    fits &= e820_set(map, EBDA, VIDEO - EBDA, E820_RESERVED);
    fits &= e820_set(map, BIOS, EXTENDED - BIOS, E820_RESERVED);
    fits &= e820_set(map, EXTENDED, ram->low - EXTENDED, E820_RAM);
    fits &= e820_set(map, HIGH_RAM, ram->high, E820_RAM);
    for (unsigned i = 0; i < boot->reserved_count; i++) {
        const struct e820_entry *range = &boot->reserved[i];
        fits &= e820_set(map, range->start, range->size, range->type);
    }
    fits &= e820_is_ram(map, 0, LOW_END) && guest_ram_has(ram, 0, LOW_END);
    return fits ? LINUX_OK : LINUX_RESERVED;
}

// The kernel has said where it goes; is that RAM?
static enum linux_error check_kernel(const struct guest_ram *ram, const struct plan *plan)
{
    const struct linux_image *image = &plan->image;
    uint64_t size = image->end - image->start;

    if (image->start < EXTENDED || image->end > GUEST_RAM_LOW_MAX)
        return LINUX_OUTSIDE_RAM;
    if (image->end > ram->low)
        return LINUX_NO_RAM;
    if (!e820_is_ram(&plan->map, image->start, size) || !guest_ram_has(ram, image->start, size))
        return LINUX_OUTSIDE_RAM;
    return LINUX_OK;
}

// The initrd goes as high as it can: the kernel, which may decompress to anywhere above its start,
// keeps the room below. Its last byte must not lie above initrd_max.
static enum linux_error place_initrd(const struct linux_boot *boot, const struct guest_ram *ram,
                                     const struct plan *plan, struct linux_loaded *loaded)
{
    uint64_t ceiling = plan->image.initrd_max + 1;
    uint64_t lowest = (plan->image.end + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1);
    uint64_t most = ceiling < GUEST_RAM_LOW_MAX ? ceiling : GUEST_RAM_LOW_MAX;

    if (!boot->initrd)
        return LINUX_OK;
    if (!boot->initrd_size)
        return LINUX_INITRD_EMPTY;
    for (unsigned i = plan->map.count; i-- > 0;) {
        const struct e820_entry *entry = &plan->map.entries[i];
        uint64_t start = entry->start < lowest ? lowest : entry->start;
        uint64_t end = entry->start + entry->size < most ? entry->start + entry->size : most;

        if (entry->type != E820_RAM || end < start || end - start < boot->initrd_size)
            continue;
        loaded->initrd_start = (end - boot->initrd_size) & ~(uint64_t)(PAGE_SIZE - 1);
        loaded->initrd_end = loaded->initrd_start + boot->initrd_size;
        if (loaded->initrd_start >= start &&
            guest_ram_has(ram, loaded->initrd_start, boot->initrd_size))
            return LINUX_OK;
    }
    loaded->limit = most > lowest ? most - lowest : 0;
    if (boot->initrd_size > loaded->limit)
        return LINUX_INITRD_TOO_LARGE;
    loaded->limit = lowest + ((boot->initrd_size + PAGE_SIZE - 1) & ~(uint64_t)(PAGE_SIZE - 1));
    return LINUX_INITRD_NO_RAM;
}

static enum linux_error check_cmdline(const struct linux_boot *boot, struct plan *plan,
                                      struct linux_loaded *loaded)
{
    uint64_t most = plan->image.cmdline_max;

    if (most > LINUX_CMDLINE_MAX - 1)
        most = LINUX_CMDLINE_MAX - 1;
    loaded->limit = most;
    plan->cmdline_size = strlen(boot->cmdline) + 1;
    return plan->cmdline_size - 1 > most ? LINUX_CMDLINE_TOO_LONG : LINUX_OK;
}

// boot_params is zero but for the setup header and what only the loader knows. Of the file, nothing
// else may be copied: since 6.1.88 kernels fill the rest of their first sectors with 0xFF, which
// the kernel would take for settings.
static void fill_params(const struct linux_boot *boot, const struct linux_loaded *loaded,
                        struct plan *plan)
{
    struct boot_params *params = &plan->params;

    // vmlinux has no setup header: these are the fields by which Linux knows that there is one.
    params->hdr.boot_flag = SETUP_BOOT_FLAG;
    params->hdr.header = SETUP_MAGIC;
    params->hdr.version = PROTOCOL_2_12;
    params->hdr.loadflags = LOADED_HIGH;
    if (plan->image.header)
        memcpy(params->hdr_bytes, plan->image.header, plan->image.header_size);

    params->hdr.type_of_loader = LOADER_UNREGISTERED;
    params->hdr.cmd_line_ptr = LINUX_CMDLINE;
    params->hdr.ramdisk_image = (uint32_t)loaded->initrd_start;
    params->hdr.ramdisk_size = (uint32_t)(loaded->initrd_end - loaded->initrd_start);
    params->acpi_rsdp_addr = boot->acpi_rsdp;
    params->e820_entries = (uint8_t)plan->map.count;
    memcpy(params->e820_table, plan->map.entries, plan->map.count * sizeof(struct e820_entry));
}

static void write_all(const struct linux_boot *boot, const struct guest_ram *ram,
                      const struct plan *plan, const struct linux_loaded *loaded)
{
    for (unsigned i = 0; i < plan->image.count; i++) {
        const struct linux_segment *segment = &plan->image.segments[i];
        guest_ram_write(ram, segment->gpa, boot->kernel + segment->offset, segment->file_size);
        guest_ram_clear(ram, segment->gpa + segment->file_size, segment->size - segment->file_size);
    }
    if (boot->initrd)
        guest_ram_write(ram, loaded->initrd_start, boot->initrd, boot->initrd_size);
    guest_ram_write(ram, LINUX_CMDLINE, boot->cmdline, plan->cmdline_size);
    guest_ram_write(ram, LINUX_BOOT_PARAMS, &plan->params, sizeof(plan->params));
}

// Fills in the plan, and in `loaded` what became of it. Nothing is written.
static enum linux_error make_plan(const struct linux_boot *boot, const struct guest_ram *ram,
                                  struct plan *plan, struct linux_loaded *loaded)
{
    enum linux_error error;

    memset(plan, 0, sizeof(*plan));
    memset(loaded, 0, sizeof(*loaded));
    error = read_kernel(boot, &plan->image);
    loaded->limit = plan->image.limit;
    if (error)
        return error;
    loaded->limit = plan->image.end;
    error = draw_map(boot, ram, &plan->map);
    if (!error)
        error = check_kernel(ram, plan);
    if (!error)
        error = place_initrd(boot, ram, plan, loaded);
    if (!error)
        error = check_cmdline(boot, plan, loaded);
    loaded->entry = plan->image.entry;
    loaded->boot_params = LINUX_BOOT_PARAMS;
    loaded->kernel_start = plan->image.start;
    loaded->kernel_end = plan->image.end;
    return error;
}

enum linux_error linux_check(const struct linux_boot *boot, const struct guest_ram *ram,
                             struct linux_loaded *loaded)
{
    struct plan plan;

    return make_plan(boot, ram, &plan, loaded);
}

enum linux_error linux_load(const struct linux_boot *boot, const struct guest_ram *ram,
                            struct linux_loaded *loaded)
{
    struct plan plan;
    enum linux_error error = make_plan(boot, ram, &plan, loaded);

    if (error)
        return error;
    fill_params(boot, loaded, &plan);
    write_all(boot, ram, &plan, loaded);
    return LINUX_OK;
}

static const struct {
    enum linux_input about;
    const char *text;
} errors[] = {[LINUX_OK] = {LINUX_KERNEL, "is loaded"},
#define ERROR_ROW(name, about, text) [name] = {about, text},
              LINUX_ERRORS(ERROR_ROW)
#undef ERROR_ROW
};

const char *linux_error_text(enum linux_error error)
{
    return errors[error].text;
}

bool linux_error_has_limit(enum linux_error error)
{
    return errors[error].text[strlen(errors[error].text) - 1] == ':';
}

enum linux_input linux_error_about(enum linux_error error)
{
    return errors[error].about;
}
