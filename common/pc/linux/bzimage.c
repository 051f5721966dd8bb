// bzImage, the form in which distributions ship kernels: 16-bit setup code with the setup header in
// its first sector, which we don't run, and behind it the kernel, which decompresses itself.
//
// Taught in book/03_linux_boot. Source: Linux x86 boot protocol, "Details of Header Fields".

#include <string.h>

#include "common/pc/linux/bootparams.h"
#include "common/pc/linux/linux_image.h"

#define SECTOR         512
#define PROTOCOL_2_12  0x020C  // the first with xloadflags, so with a documented 64-bit entry
#define ENTRY_64       0x200   // offset of the 64-bit entry point in the kernel
#define UNIT           16      // bytes, of syssize
#define HEADER_END_MIN OFFSET_IN_FILE(init_size) + 4
#define HEADER_END_MAX 0x290  // the next field of boot_params
#define KERNEL_LOWEST  0x100000
#define KERNEL_HIGHEST 0x100000000

bool bzimage_is(const uint8_t *file, uint64_t size)
{
    return size >= OFFSET_IN_FILE(header) + 4 &&
           memcmp(file + OFFSET_IN_FILE(header), "HdrS", 4) == 0;
}

// The header's fields that say whether this loader understands the rest.
static enum linux_error check_kind(const struct setup_header *header)
{
    if (header->boot_flag != SETUP_BOOT_FLAG)
        return LINUX_BOOT_FLAG;
    if (header->version < PROTOCOL_2_12)
        return LINUX_PROTOCOL;
    if (!(header->loadflags & LOADED_HIGH))
        return LINUX_ZIMAGE;
    if (!(header->xloadflags & XLF_KERNEL_64))
        return LINUX_32BIT;
    return LINUX_OK;
}

// Finds the kernel in the file: behind the setup sectors, syssize long. That is rounded up: the
// file may end within the last unit.
static enum linux_error find_kernel(const struct setup_header *header, uint64_t size,
                                    struct linux_segment *kernel)
{
    // Zero means four, for the sake of kernels from before the field existed.
    unsigned setup_sects = header->setup_sects ? header->setup_sects : 4;
    uint64_t least;

    kernel->offset = (setup_sects + 1) * SECTOR;
    kernel->size = (uint64_t)header->syssize * UNIT;
    least = kernel->size ? kernel->size - (UNIT - 1) : 1;
    kernel->file_size = least;
    if (size <= kernel->offset)
        return LINUX_SETUP_CUT;
    if (size - kernel->offset < least || !kernel->size)
        return LINUX_KERNEL_CUT;
    kernel->file_size = size - kernel->offset < kernel->size ? size - kernel->offset : kernel->size;
    return LINUX_OK;
}

// The kernel runs where it likes best, at pref_address. It may move itself up but never down, so a
// lower place would save nothing; init_size counts from there.
static enum linux_error place_kernel(const struct setup_header *header, struct linux_image *image)
{
    uint64_t alignment = header->kernel_alignment;
    uint64_t start = header->pref_address;

    if (!alignment || (alignment & (alignment - 1)))
        return LINUX_ALIGNMENT;
    if (start > KERNEL_HIGHEST)
        return LINUX_OUTSIDE_RAM;
    if (header->relocatable_kernel) {
        start = start < KERNEL_LOWEST ? KERNEL_LOWEST : start;
        start = (start + alignment - 1) & ~(alignment - 1);
    }
    image->start = start;
    image->end = start + header->init_size;
    image->limit = image->segments[0].size;
    return header->init_size < image->segments[0].size ? LINUX_INIT_SIZE : LINUX_OK;
}

enum linux_error bzimage_read(const uint8_t *file, uint64_t size, struct linux_image *image)
{
    struct setup_header header;
    unsigned header_end = OFFSET_IN_FILE(header) + file[OFFSET_IN_FILE(jump_offset)];
    enum linux_error error;

    // Kernels before 2.12 have shorter headers: the fields that tell come first.
    if (size < HEADER_END_MIN || size < header_end)
        return LINUX_HEADER_CUT;
    memcpy(&header, file + SETUP_HEADER, sizeof(header));
    error = check_kind(&header);
    if (error)
        return error;
    if (header_end < HEADER_END_MIN || header_end > HEADER_END_MAX)
        return LINUX_HEADER_SIZE;

    image->count = 1;
    error = find_kernel(&header, size, &image->segments[0]);
    image->limit = image->segments[0].offset + image->segments[0].file_size;
    if (!error)
        error = place_kernel(&header, image);
    image->segments[0].gpa = image->start;
    image->entry = image->start + ENTRY_64;
    image->cmdline_max = header.cmdline_size;
    image->initrd_max = header.initrd_addr_max;
    image->header = file + SETUP_HEADER;
    image->header_size = header_end - SETUP_HEADER;
    return error;
}
