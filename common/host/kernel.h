// A kernel, an initrd and a command line from the host's files, checked with common/pc/linux
// before there is a guest. Every refusal is one line and ends the program with VM_BAD_USAGE.
//
// Taught in book/03_linux_boot.

#ifndef COMMON_HOST_KERNEL_H
#define COMMON_HOST_KERNEL_H

#include "common/host/file.h"
#include "common/pc/linux/linux.h"

struct kernel {
    struct file image, initrd;  // initrd.path is NULL if there is none
    struct linux_boot boot;     // points into them
};

// Opens the kernel at `path` and the initrd at `initrd` (NULL: none), and refuses whatever would
// not load into `memory` bytes of RAM.
struct kernel kernel_read(const char *path, const char *initrd, const char *cmdline,
                          uint64_t memory);

// Loads it into the guest, and unmaps the files: nobody reads them again. Returns where it all
// went.
struct linux_loaded kernel_load(struct kernel *kernel, const struct guest_ram *ram);

#endif
