// The symbol table: what `nm -n` prints about the hypervisor, a line of text for each symbol,
// sorted by address. The image carries it as the payload "symbols", and Bochs' debugger reads the
// same file.

#ifndef KERNEL_PANIC_SYMBOL_H
#define KERNEL_PANIC_SYMBOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct symbol {
    uint64_t address;
    const char *name;  // in the table; not terminated
    int length;
};

// The last symbol at or below `address`. `text` has lines of `ADDRESS NAME`, the address in
// hexadecimal. Returns false if there is none.
bool symbol_find(const char *text, size_t size, uint64_t address, struct symbol *symbol);

#endif
