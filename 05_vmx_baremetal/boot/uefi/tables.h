// The page tables that the kernel starts on.

#ifndef BOOT_UEFI_TABLES_H
#define BOOT_UEFI_TABLES_H

#include <stdbool.h>

#include "boot/info.h"

#define TABLES_LIMIT 0x100000000  // 4 GiB: up to here all is mapped

// They must be where no file goes, and all zeros.
struct tables {
    uint64_t pml4[512], pdpt[512], directories[4][512];
    uint64_t screen_pdpt[512], screen_directories[2][512];  // if the screen is above the limit
};

// Maps the first 4 GiB to themselves, with pages of 2 MiB, and the screen, wherever it is. False if
// the screen is in more than two GiB, or at the end of 512: it isn't mapped then.
bool tables_fill(struct tables *tables, const struct boot_screen *screen);

#endif
