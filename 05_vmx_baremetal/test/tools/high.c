// A firmware whose frame buffer is above 4 GiB, for uefi.t: between the loader for UEFI and its
// entry, this puts one there. It is memory, which QEMU's monitor can save. The linker renames: see
// image.mk.

#include "boot/uefi/uefi.h"

#define WIDTH  640
#define HEIGHT 400
#define PIXEL  4            // bytes
#define BASE   0x110000000  // uefi.t reads it there
#define PAGES  ((WIDTH * HEIGHT * PIXEL + 0xFFF) / 0x1000)

#define AT_ADDRESS 2  // of enum uefi_allocate
#define RESERVED   0  // of enum uefi_memory: for ever

void __real_loader(void *application, const struct uefi_system_table *system);
void __wrap_loader(void *application, const struct uefi_system_table *system);

static struct uefi_graphics_info info = {
    .width = WIDTH, .height = HEIGHT, .format = UEFI_PIXELS_RGB, .pixels_per_line = WIDTH};
static struct uefi_graphics_mode mode = {.frame_buffer = BASE,
                                         .frame_buffer_size = WIDTH * HEIGHT * PIXEL};
static struct uefi_graphics graphics;

static struct uefi_boot_services *boot;
static uefi_status(UEFI *locate_really)(enum uefi_search how, const struct uefi_guid *name,
                                        void *key, size_t *count, void ***handles);
static uefi_status(UEFI *handle_really)(void *handle, const struct uefi_guid *name, void **found);

// Once: the first to ask is the loader, for this. All others are the firmware itself.
static uefi_status UEFI locate(enum uefi_search how, const struct uefi_guid *name, void *key,
                               size_t *count, void ***handles)
{
    static void *device;

    (void)how;
    (void)name;
    (void)key;
    device = &graphics;
    *count = 1;
    *handles = &device;
    boot->locate_handle_buffer = locate_really;
    return 0;
}

static uefi_status UEFI handle(void *device, const struct uefi_guid *name, void **found)
{
    if (device != &graphics)
        return handle_really(device, name, found);
    *found = &graphics;
    boot->handle_protocol = handle_really;
    return 0;
}

void __wrap_loader(void *application, const struct uefi_system_table *system)
{
    uint64_t address = BASE;

    boot = system->boot;
    locate_really = boot->locate_handle_buffer;
    handle_really = boot->handle_protocol;
    if (boot->allocate_pages(AT_ADDRESS, RESERVED, PAGES, &address) == 0) {
        mode.info = &info;
        graphics.mode = &mode;
        boot->locate_handle_buffer = locate;
        boot->handle_protocol = handle;
    }
    __real_loader(application, system);
}
