// The files that the image carries beside the hypervisor: guests, kernels, the symbol table. The
// loader has read them all into memory, each at the start of a page, and has checked their
// checksums.

#ifndef KERNEL_MEMORY_PAYLOAD_H
#define KERNEL_MEMORY_PAYLOAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// A payload file. Its pages are mapped read-only and belong to nobody else.
struct payload {
    const uint8_t *data;
    size_t size;  // bytes; the rest of the last page is zero
};

// The payload called `name`. Panics with the name if the image has none: see payload_find.
struct payload payload_get(const char *name);

// The same, but false if there is none.
bool payload_find(const char *name, struct payload *payload);

// The value of `name` in the payload "options", a text of lines `name=value` that the image builder
// wrote (`make run GUEST=hello` gives "guest=hello"), or `otherwise` if it has no such line.
const char *option(const char *name, const char *otherwise);

#endif
