// Files for the Linux loader, and its refusals as sentences.

#include "common/host/kernel.h"

#include <inttypes.h>
#include <stdio.h>
#include <sys/mman.h>

#define KERNEL_MAX (1ull << 30)  // a vmlinux with debugging information has about half of this
#define INITRD_MAX (4ull << 30)  // what the loader takes depends on the kernel, and is less

// "71303168 bytes (68 MiB)": exact, and readable.
static void print_limit(char *text, size_t size, uint64_t limit)
{
    if (limit >= 1 << 20)
        snprintf(text, size, " %" PRIu64 " bytes (%" PRIu64 " MiB)", limit,
                 ((limit - 1) >> 20) + 1);
    else
        snprintf(text, size, " %" PRIu64 " bytes", limit);
}

// Ends the program with `FILE: what is wrong, what was expected`.
static void refuse(const struct kernel *kernel, enum linux_error error, uint64_t limit)
{
    const char *const inputs[] = {
        [LINUX_KERNEL] = kernel->image.path,
        [LINUX_INITRD] = kernel->initrd.path,
        [LINUX_COMMAND_LINE] = "the command line",
        [LINUX_MEMORY_MAP] = "the memory map",
    };
    char number[64] = "";

    if (linux_error_has_limit(error))
        print_limit(number, sizeof(number), limit);
    bad_usage("%s: %s%s", inputs[linux_error_about(error)], linux_error_text(error), number);
}

struct kernel kernel_read(const char *path, const char *initrd, const char *cmdline,
                          uint64_t memory)
{
    struct guest_ram ram = guest_ram_sized(memory);
    struct kernel kernel = {.image = file_read(path, "a Linux kernel", 1, KERNEL_MAX)};
    struct linux_loaded loaded;
    enum linux_error error;

    if (initrd)
        kernel.initrd = file_read(initrd, "an initrd", 1, INITRD_MAX);
    kernel.boot = (struct linux_boot){
        .kernel = kernel.image.data,
        .kernel_size = kernel.image.size,
        .initrd = kernel.initrd.data,
        .initrd_size = kernel.initrd.size,
        .cmdline = cmdline,
    };
    error = linux_check(&kernel.boot, &ram, &loaded);
    if (error)
        refuse(&kernel, error, loaded.limit);
    return kernel;
}

// Unmaps it; only its path is left.
static void file_close(struct file *file)
{
    munmap((void *)file->data, file->size);
    file->data = NULL;
    file->size = 0;
}

struct linux_loaded kernel_load(struct kernel *kernel, const struct guest_ram *ram)
{
    struct linux_loaded loaded;
    enum linux_error error = linux_load(&kernel->boot, ram, &loaded);

    if (error)
        refuse(kernel, error, loaded.limit);
    file_close(&kernel->image);
    if (kernel->initrd.path)
        file_close(&kernel->initrd);
    kernel->boot.kernel = kernel->boot.initrd = NULL;
    return loaded;
}
