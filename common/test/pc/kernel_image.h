// Synthetic kernels for the loader's unit test and its fuzzer: small files with correct headers, in
// which a test then breaks one thing.

#ifndef COMMON_TEST_KERNEL_IMAGE_H
#define COMMON_TEST_KERNEL_IMAGE_H

#include <stdint.h>
#include <string.h>

#define IMAGE_MIB(n) ((uint64_t)(n) << 20)

// A bzImage: 0xFF wherever a loader has no business, two setup sectors, 4 KiB of kernel.
#define BZIMAGE_SETUP (3 * 512)
#define BZIMAGE_CODE  4096
#define BZIMAGE_SIZE  (BZIMAGE_SETUP + BZIMAGE_CODE)

// A vmlinux: headers, then two segments whose bytes stand one after the other.
#define ELF_SEGMENT(n) (64 + 56 * (n))  // file offset of program header n
#define ELF_DATA       0x100
#define ELF_FIRST      3000  // bytes in the file of the first segment
#define ELF_SECOND     500   // and of the second, which has 8 KiB in memory
#define ELF_SIZE       (ELF_DATA + ELF_FIRST + ELF_SECOND)

// Stores `size` bytes of `value`, little-endian.
static inline void put(uint8_t *file, uint64_t offset, unsigned size, uint64_t value)
{
    for (unsigned i = 0; i < size; i++)
        file[offset + i] = (uint8_t)(value >> (8 * i));
}

// Bytes that differ from their neighbours, so that a copy to the wrong place shows.
static inline void put_pattern(uint8_t *to, uint64_t size, unsigned seed)
{
    for (uint64_t i = 0; i < size; i++)
        to[i] = (uint8_t)((i * 7 + seed) % 251);
}

static inline void make_bzimage(uint8_t file[BZIMAGE_SIZE])
{
    memset(file, 0xFF, BZIMAGE_SETUP);
    memset(file + 0x1F1, 0, 0x26C - 0x1F1);
    put(file, 0x1F1, 1, 2);                  // setup_sects
    put(file, 0x1F4, 4, BZIMAGE_CODE / 16);  // syssize
    put(file, 0x1FE, 2, 0xAA55);
    put(file, 0x200, 2, 0x6AEB);  // the header ends at 0x26C
    memcpy(file + 0x202, "HdrS", 4);
    put(file, 0x206, 2, 0x020F);         // version
    put(file, 0x211, 1, 1);              // loadflags: LOADED_HIGH
    put(file, 0x22C, 4, 0x7FFFFFFF);     // initrd_addr_max
    put(file, 0x230, 4, 0x200000);       // kernel_alignment
    put(file, 0x234, 1, 1);              // relocatable_kernel
    put(file, 0x236, 2, 0x7F);           // xloadflags
    put(file, 0x238, 4, 2047);           // cmdline_size
    put(file, 0x258, 8, IMAGE_MIB(16));  // pref_address
    put(file, 0x260, 4, IMAGE_MIB(8));   // init_size
    put_pattern(file + BZIMAGE_SETUP, BZIMAGE_CODE, 1);
}

static inline void make_elf_segment(uint8_t *file, unsigned n, uint64_t offset, uint64_t gpa,
                                    uint64_t file_size, uint64_t size)
{
    put(file, ELF_SEGMENT(n), 4, 1);  // PT_LOAD
    put(file, ELF_SEGMENT(n) + 4, 4, 7);
    put(file, ELF_SEGMENT(n) + 8, 8, offset);
    put(file, ELF_SEGMENT(n) + 16, 8, gpa + 0xFFFFFFFF80000000);  // p_vaddr
    put(file, ELF_SEGMENT(n) + 24, 8, gpa);                       // p_paddr
    put(file, ELF_SEGMENT(n) + 32, 8, file_size);
    put(file, ELF_SEGMENT(n) + 40, 8, size);
}

static inline void make_elf(uint8_t file[ELF_SIZE])
{
    memset(file, 0, ELF_SIZE);
    memcpy(file, "\177ELF\2\1\1", 7);
    put(file, 16, 2, 2);               // ET_EXEC
    put(file, 18, 2, 62);              // x86-64
    put(file, 24, 8, IMAGE_MIB(16));   // e_entry
    put(file, 32, 8, ELF_SEGMENT(0));  // e_phoff
    put(file, 52, 2, 64);              // e_ehsize
    put(file, 54, 2, 56);              // e_phentsize
    put(file, 56, 2, 2);               // e_phnum
    make_elf_segment(file, 0, ELF_DATA, IMAGE_MIB(16), ELF_FIRST, ELF_FIRST);
    make_elf_segment(file, 1, ELF_DATA + ELF_FIRST, IMAGE_MIB(18), ELF_SECOND, 8192);
    put_pattern(file + ELF_DATA, ELF_FIRST + ELF_SECOND, 2);
}

#endif
