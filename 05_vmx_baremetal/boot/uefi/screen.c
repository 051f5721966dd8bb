// The frame buffer of screen.h. Source: UEFI specification, "Graphics Output Protocol".

#include "boot/uefi/screen.h"

#define PIXEL 4  // bytes

struct boot_screen screen_convert(const struct uefi_graphics_mode *mode)
{
    const struct uefi_graphics_info *info = mode->info;
    struct boot_screen screen = {
        .base = mode->frame_buffer,
        .kind = info->format == UEFI_PIXELS_RGB   ? SCREEN_RGB
                : info->format == UEFI_PIXELS_BGR ? SCREEN_BGR
                                                  : SCREEN_NONE,
        .width = info->width,
        .height = info->height,
        .pitch = info->pixels_per_line * PIXEL,
    };

    if (!screen.base || screen_size(&screen) > mode->frame_buffer_size)
        screen.kind = SCREEN_NONE;
    return screen;
}

// A machine with two graphics cards has two protocols, and often one more for both, which has no
// frame buffer.
struct boot_screen screen_find(const struct uefi_boot_services *boot)
{
    static const struct uefi_guid name = {
        0x9042A9DE, 0x23DC, 0x4A38, {0x96, 0xFB, 0x7A, 0xDE, 0xD0, 0x80, 0x51, 0x6A}};
    struct boot_screen screen = {.kind = SCREEN_NONE};
    void **handles, *found;
    size_t count;

    if (boot->locate_handle_buffer(UEFI_BY_PROTOCOL, &name, NULL, &count, &handles) != 0)
        return screen;
    for (size_t i = 0; i < count && screen.kind == SCREEN_NONE; i++)
        if (boot->handle_protocol(handles[i], &name, &found) == 0)
            screen = screen_convert(((const struct uefi_graphics *)found)->mode);
    return screen;
}
