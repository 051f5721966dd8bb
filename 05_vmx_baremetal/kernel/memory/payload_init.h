// Starting the payloads, for main alone; kernel/memory/payload.h is for everybody.

#ifndef KERNEL_MEMORY_PAYLOAD_INIT_H
#define KERNEL_MEMORY_PAYLOAD_INIT_H

#include "boot/image.h"

// Keeps a copy of the image table, which is in low memory, gives the symbols to backtraces, and
// reads the options.
void payload_init(const struct image_table *image);

#endif
