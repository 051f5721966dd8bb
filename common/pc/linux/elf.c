// ELF vmlinux, the kernel as its linker left it: not compressed, each segment with the physical
// address where it belongs. Debuggers and other VMMs use it; it starts faster than a bzImage.
//
// Taught in book/03_linux_boot. Source: System V ABI, "ELF Header", "Program Header".

#include <string.h>

#include "common/pc/linux/linux_image.h"

#define CLASS_32      1  // e_ident[4]
#define CLASS_64      2
#define LITTLE_ENDIAN 1   // e_ident[5]
#define TYPE_EXEC     2   // e_type: linked to fixed addresses
#define X86_64        62  // e_machine
#define PT_LOAD       1   // p_type: goes into memory
#define PT_DYNAMIC    2   // is for a dynamic linker,
#define PT_INTERP     3   // which is this program

// What vmlinux has no header to say: the kernel's own limits on x86.
#define CMDLINE_MAX 2047
#define INITRD_MAX  0x7FFFFFFF

struct elf_header {
    uint8_t e_ident[16];
    uint16_t e_type, e_machine;
    uint32_t e_version;
    uint64_t e_entry, e_phoff, e_shoff;
    uint32_t e_flags;
    uint16_t e_ehsize, e_phentsize, e_phnum, e_shentsize, e_shnum, e_shstrndx;
};

struct elf_program_header {
    uint32_t p_type, p_flags;
    uint64_t p_offset, p_vaddr, p_paddr, p_filesz, p_memsz, p_align;
};

_Static_assert(sizeof(struct elf_header) == 64, "ELF header");
_Static_assert(sizeof(struct elf_program_header) == 56, "ELF program header");

bool elf_is(const uint8_t *file, uint64_t size)
{
    return size >= 4 && memcmp(file, "\177ELF", 4) == 0;
}

static enum linux_error check_header(const struct elf_header *header, uint64_t size)
{
    uint64_t table = (uint64_t)header->e_phnum * sizeof(struct elf_program_header);

    if (header->e_ident[4] != CLASS_64)
        return LINUX_ELF_32BIT;
    if (header->e_ident[5] != LITTLE_ENDIAN || header->e_machine != X86_64)
        return LINUX_ELF_MACHINE;
    if (header->e_type != TYPE_EXEC)
        return LINUX_ELF_TYPE;
    if (header->e_phentsize != sizeof(struct elf_program_header))
        return LINUX_ELF_HEADERS;
    if (header->e_phoff > size || size - header->e_phoff < table)
        return LINUX_ELF_CUT;
    return LINUX_OK;
}

static bool overlaps(const struct linux_image *image, const struct linux_segment *new)
{
    for (unsigned i = 0; i < image->count; i++) {
        const struct linux_segment *old = &image->segments[i];
        if (new->gpa < old->gpa + old->size && old->gpa < new->gpa + new->size)
            return true;
    }
    return false;
}

static enum linux_error add_segment(const struct elf_program_header *header, uint64_t size,
                                    struct linux_image *image)
{
    struct linux_segment segment = {header->p_offset, header->p_filesz, header->p_paddr,
                                    header->p_memsz};
    uint64_t end = segment.gpa + segment.size;

    if (segment.file_size > segment.size)
        return LINUX_ELF_SEGMENT_SIZE;
    image->limit = segment.offset;
    if (segment.offset + segment.file_size < segment.offset)
        return LINUX_ELF_SEGMENT_OFFSET;
    image->limit += segment.file_size;
    if (segment.offset > size || size - segment.offset < segment.file_size)
        return LINUX_ELF_SEGMENT_CUT;
    if (end < segment.gpa) {
        image->limit = segment.gpa;
        return LINUX_ELF_SEGMENT_ADDRESS;
    }
    if (overlaps(image, &segment))
        return LINUX_ELF_OVERLAP;
    if (image->count == LINUX_SEGMENTS_MAX)
        return LINUX_ELF_HEADERS;
    if (!image->count || segment.gpa < image->start)
        image->start = segment.gpa;
    if (end > image->end)
        image->end = end;
    image->segments[image->count++] = segment;
    return LINUX_OK;
}

// The entry point of vmlinux is a physical address, in bytes that come from the file.
static bool holds_entry(const struct elf_program_header *header, uint64_t entry)
{
    return entry >= header->p_paddr && entry - header->p_paddr < header->p_filesz;
}

enum linux_error elf_read(const uint8_t *file, uint64_t size, struct linux_image *image)
{
    struct elf_header header = {0};
    enum linux_error entry = LINUX_ELF_ENTRY, error;

    // A 32-bit file has a shorter header, and a better message than "cut short".
    memcpy(&header, file, size < sizeof(header) ? size : sizeof(header));
    if (size < sizeof(header) && header.e_ident[4] != CLASS_32)
        return LINUX_ELF_CUT;
    error = check_header(&header, size);
    for (unsigned i = 0; !error && i < header.e_phnum; i++) {
        struct elf_program_header program;

        memcpy(&program, file + header.e_phoff + i * sizeof(program), sizeof(program));
        if (program.p_type == PT_INTERP || program.p_type == PT_DYNAMIC)
            error = LINUX_ELF_PROGRAM;
        if (program.p_type != PT_LOAD || !program.p_memsz)
            continue;
        error = add_segment(&program, size, image);
        if (holds_entry(&program, header.e_entry))
            entry = LINUX_OK;
    }
    if (error)
        return error;
    image->entry = header.e_entry;
    image->cmdline_max = CMDLINE_MAX;
    image->initrd_max = INITRD_MAX;
    return image->count ? entry : LINUX_ELF_HEADERS;
}
