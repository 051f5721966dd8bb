// The frame buffer, which stays when the firmware goes.

#ifndef BOOT_UEFI_SCREEN_H
#define BOOT_UEFI_SCREEN_H

#include "boot/info.h"
#include "boot/uefi/uefi.h"

// The first of what the firmware shows its own texts on that the kernel could write to; of the kind
// SCREEN_NONE if there is nothing.
struct boot_screen screen_find(const struct uefi_boot_services *boot);

// What the graphics output protocol says, in the words of boot_info.
struct boot_screen screen_convert(const struct uefi_graphics_mode *mode);

#endif
