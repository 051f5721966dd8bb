// Starting the page allocator, for main alone; kernel/memory/page.h is for everybody.

#ifndef KERNEL_MEMORY_PAGE_INIT_H
#define KERNEL_MEMORY_PAGE_INIT_H

#include "boot/info.h"

// Takes over all usable memory above 1 MiB but the files of the image. What is below stays with the
// firmware, whose tables nobody has listed for us.
void page_init(const struct boot_info *boot);

#endif
