// Everything that can be wrong with a kernel file, one refusal each. The files stand at the end of
// a page whose neighbour can't be read, and guest RAM can't be written: one byte read or written
// too far ends the test with a segmentation fault.

#include "common/test/pc/loader.h"

#define FILE_ROOM (1u << 16)

// The first `size` bytes of `file`, with an unreadable page behind them.
static const uint8_t *guarded(const uint8_t *file, uint64_t size)
{
    static uint8_t *room;

    if (!room) {
        room = mmap(NULL, FILE_ROOM + PAGE, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1,
                    0);
        if (room == MAP_FAILED || mprotect(room + FILE_ROOM, PAGE, PROT_NONE))
            exit(1);
    }
    memcpy(room + FILE_ROOM - size, file, size);
    return room + FILE_ROOM - size;
}

static enum linux_error try_kernel(const uint8_t *file, uint64_t size)
{
    struct linux_boot boot = {.kernel = guarded(file, size), .kernel_size = size, .cmdline = ""};
    struct linux_loaded loaded;

    return try_in(MIB(64), &boot, &loaded);
}

// A file with one field set to `value`, which `error` must answer.
struct broken {
    unsigned offset, size;
    uint64_t value;
    enum linux_error error;
    const char *what;
};

static void test_broken_bzimages(void)
{
    static const struct broken table[] = {
        {0x202, 4, 0, LINUX_UNKNOWN_FORMAT, "wrong magic"},
        {0x1FE, 2, 0, LINUX_BOOT_FLAG, "no boot flag"},
        {0x206, 2, 0x020B, LINUX_PROTOCOL, "protocol 2.11"},
        {0x206, 2, 0x0200, LINUX_PROTOCOL, "protocol 2.00"},
        {0x211, 1, 0, LINUX_ZIMAGE, "loadflags 0"},
        {0x236, 2, 0x7E, LINUX_32BIT, "xloadflags without bit 0"},
        {0x201, 1, 0x61, LINUX_HEADER_SIZE, "a header that ends before init_size does"},
        {0x201, 1, 0x8F, LINUX_HEADER_SIZE, "a header longer than boot_params has room for"},
        {0x1F1, 1, 255, LINUX_SETUP_CUT, "setup_sects beyond the file"},
        {0x1F1, 1, 0, LINUX_KERNEL_CUT, "setup_sects 0, which means 4"},
        {0x1F4, 4, 0xFFFFFFFF, LINUX_KERNEL_CUT, "syssize beyond the file"},
        {0x1F4, 4, BZIMAGE_CODE / 16 + 1, LINUX_KERNEL_CUT, "syssize one too large"},
        {0x1F4, 4, BZIMAGE_CODE / 16 + 2, LINUX_KERNEL_CUT, "syssize two too large"},
        {0x1F4, 4, 0, LINUX_KERNEL_CUT, "syssize 0"},
        {0x230, 4, 0, LINUX_ALIGNMENT, "kernel_alignment 0"},
        {0x230, 4, 0x300000, LINUX_ALIGNMENT, "kernel_alignment 3 MiB"},
        {0x260, 4, BZIMAGE_CODE - 1, LINUX_INIT_SIZE, "init_size below the kernel's size"},
        {0x260, 4, 0xFFFFFFFF, LINUX_OUTSIDE_RAM, "init_size 4 GiB"},
    };
    uint8_t file[BZIMAGE_SIZE];

    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        make_bzimage(file);
        put(file, table[i].offset, table[i].size, table[i].value);
        refused(try_kernel(file, sizeof(file)), table[i].error, table[i].what);
    }
}

static void test_broken_elfs(void)
{
    static const struct broken table[] = {
        {4, 1, 1, LINUX_ELF_32BIT, "ELFCLASS32"},
        {5, 1, 2, LINUX_ELF_MACHINE, "big-endian"},
        {18, 2, 183, LINUX_ELF_MACHINE, "AArch64"},
        {18, 2, 40, LINUX_ELF_MACHINE, "ARM"},
        {16, 2, 3, LINUX_ELF_TYPE, "a shared object"},
        {16, 2, 1, LINUX_ELF_TYPE, "an object file"},
        {54, 2, 32, LINUX_ELF_HEADERS, "program headers of 32 bytes"},
        {56, 2, 0, LINUX_ELF_HEADERS, "no program headers"},
        {56, 2, 0xFFFF, LINUX_ELF_CUT, "65535 program headers"},
        {32, 8, UINT64_MAX, LINUX_ELF_CUT, "program headers beyond the file"},
        {24, 8, MIB(15), LINUX_ELF_ENTRY, "an entry point below the kernel"},
        {24, 8, MIB(18) + ELF_SECOND, LINUX_ELF_ENTRY, "an entry point in zeroed memory"},
        {ELF_SEGMENT(1), 4, 2, LINUX_ELF_PROGRAM, "a dynamic section"},
        {ELF_SEGMENT(1), 4, 3, LINUX_ELF_PROGRAM, "an interpreter"},
        {ELF_SEGMENT(1) + 8, 8, ELF_SIZE, LINUX_ELF_SEGMENT_CUT, "a segment behind the file"},
        {ELF_SEGMENT(1) + 8, 8, UINT64_MAX - ELF_SECOND, LINUX_ELF_SEGMENT_CUT, "far behind it"},
        {ELF_SEGMENT(1) + 8, 8, UINT64_MAX, LINUX_ELF_SEGMENT_OFFSET, "a segment that wraps"},
        {ELF_SEGMENT(1) + 32, 8, 8193, LINUX_ELF_SEGMENT_SIZE, "p_filesz above p_memsz"},
        {ELF_SEGMENT(1) + 40, 8, UINT64_MAX, LINUX_ELF_SEGMENT_ADDRESS, "p_memsz 2^64 - 1"},
        {ELF_SEGMENT(1) + 24, 8, 0x9F000, LINUX_OUTSIDE_RAM, "a segment below 1 MiB"},
        {ELF_SEGMENT(1) + 24, 8, MIB(64) - 4096, LINUX_NO_RAM, "a segment above RAM"},
        {ELF_SEGMENT(1) + 24, 8, GIB(4), LINUX_OUTSIDE_RAM, "a segment at 4 GiB"},
        {ELF_SEGMENT(1) + 24, 8, MIB(16) + ELF_FIRST - 1, LINUX_ELF_OVERLAP, "one byte shared"},
        {ELF_SEGMENT(1) + 24, 8, MIB(16) - 8191, LINUX_ELF_OVERLAP, "one byte shared, from below"},
    };
    uint8_t file[ELF_SIZE];

    for (unsigned i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        make_elf(file);
        put(file, table[i].offset, table[i].size, table[i].value);
        refused(try_kernel(file, sizeof(file)), table[i].error, table[i].what);
    }
}

static void test_many_segments(void)
{
    uint8_t file[ELF_SIZE];

    make_elf(file);
    put(file, 56, 2, 20);
    for (unsigned i = 0; i < 20; i++)
        make_elf_segment(file, i, 0, MIB(16) + i * PAGE, 16, PAGE);
    refused(try_kernel(file, sizeof(file)), LINUX_ELF_HEADERS, "20 segments");
    put(file, 56, 2, 17);
    refused(try_kernel(file, sizeof(file)), LINUX_ELF_HEADERS, "17 segments");
    put(file, 56, 2, 1);
    put(file, 24, 8, 0x40000);
    make_elf_segment(file, 0, 0, 0x40000, 16, PAGE);
    refused(try_kernel(file, sizeof(file)), LINUX_OUTSIDE_RAM, "a kernel in conventional RAM");
}

// The numbers that complete the sentences.
static void test_limits(void)
{
    uint8_t bzimage[BZIMAGE_SIZE], elf[ELF_SIZE];
    struct linux_boot boot = {.cmdline = ""};
    struct linux_loaded loaded;

    make_bzimage(bzimage);
    boot.kernel = guarded(bzimage, boot.kernel_size = BZIMAGE_SIZE - 16);
    try_in(MIB(64), &boot, &loaded);
    is_int(loaded.limit, BZIMAGE_SIZE - 15, "a bzImage that is cut: the shortest that will do");
    make_elf(elf);
    put(elf, ELF_SEGMENT(1) + 8, 8, 0xFFFFFFFFFFFFFFF0);
    boot.kernel = guarded(elf, boot.kernel_size = ELF_SIZE);
    try_in(MIB(64), &boot, &loaded);
    ok(loaded.limit == 0xFFFFFFFFFFFFFFF0, "a segment that wraps: where it begins");
    make_elf(elf);
    put(elf, ELF_SEGMENT(1) + 40, 8, UINT64_MAX);
    boot.kernel = guarded(elf, boot.kernel_size = ELF_SIZE);
    try_in(MIB(64), &boot, &loaded);
    is_int(loaded.limit, MIB(18), "one that wraps in memory: where that begins");
}

// Every length below the whole file is refused, and none reads beyond its end. Of a bzImage up to
// 15 bytes may be missing, since syssize is rounded up.
static void test_truncated(void)
{
    uint8_t bzimage[BZIMAGE_SIZE], elf[ELF_SIZE];
    unsigned accepted = 0;

    make_bzimage(bzimage);
    make_elf(elf);
    for (unsigned size = 0; size < BZIMAGE_SIZE - 15; size++)
        accepted += try_kernel(bzimage, size) == LINUX_OK;
    for (unsigned size = 0; size < ELF_SIZE; size++)
        accepted += try_kernel(elf, size) == LINUX_OK;
    is_int(accepted, 0, "no truncated kernel is accepted");

    refused(try_kernel(bzimage, 0), LINUX_EMPTY, "0 bytes");
    refused(try_kernel(bzimage, 0x205), LINUX_UNKNOWN_FORMAT, "cut before the magic ends");
    refused(try_kernel(bzimage, 0x206), LINUX_HEADER_CUT, "cut behind the magic");
    refused(try_kernel(bzimage, 0x263), LINUX_HEADER_CUT, "cut inside init_size");
    refused(try_kernel(bzimage, 0x26B), LINUX_HEADER_CUT, "cut before the header ends");
    refused(try_kernel(bzimage, 0x26C), LINUX_SETUP_CUT, "cut behind the header");
    refused(try_kernel(bzimage, BZIMAGE_SETUP), LINUX_SETUP_CUT, "cut behind the setup sectors");
    refused(try_kernel(bzimage, BZIMAGE_SIZE - 16), LINUX_KERNEL_CUT, "the last 16 bytes cut");
    refused(try_kernel(elf, 4), LINUX_ELF_CUT, "cut behind the ELF magic");
    refused(try_kernel(elf, 63), LINUX_ELF_CUT, "cut inside the ELF header");
    refused(try_kernel(elf, ELF_SEGMENT(0)), LINUX_ELF_CUT, "cut behind the ELF header");
    refused(try_kernel(elf, ELF_SEGMENT(2) - 1), LINUX_ELF_CUT, "cut inside the program headers");
    refused(try_kernel(elf, ELF_SEGMENT(2)), LINUX_ELF_SEGMENT_CUT, "cut behind them");
    refused(try_kernel(elf, ELF_SIZE - 1), LINUX_ELF_SEGMENT_CUT, "the last byte cut");
}

static void test_other_files(void)
{
    static const uint8_t gzip[600] = {0x1F, 0x8B, 8}, zeros[600];

    refused(try_kernel(gzip, sizeof(gzip)), LINUX_GZIP, "gzip");
    refused(try_kernel(gzip, 2), LINUX_GZIP, "two bytes of gzip");
    refused(try_kernel(zeros, sizeof(zeros)), LINUX_UNKNOWN_FORMAT, "zeros");
    refused(try_kernel((const uint8_t *)"#!/bin/sh\n", 10), LINUX_UNKNOWN_FORMAT, "a script");
}

int main(void)
{
    test_broken_bzimages();
    test_broken_elfs();
    test_many_segments();
    test_truncated();
    test_limits();
    test_other_files();
    return done_testing();
}
