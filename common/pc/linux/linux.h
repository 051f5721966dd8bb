// The Linux loader: puts a kernel, an initrd and a command line into guest RAM as the boot protocol
// asks for, and says where the CPU starts. It takes a bzImage (the vmlinuz of a distribution) and
// an ELF vmlinux, told apart by content, and starts both at their 64-bit entry points.
//
// Guest-physical memory afterwards:
//
//     0x00000000  free: the CPU's tables (page tables, GDT) go here
//     0x00010000  boot_params
//     0x00020000  command line
//     0x0009FC00  end of conventional RAM: EBDA, video, firmware
//     0x00100000  RAM again
//     pref_address (16 MiB)  kernel, and room for it to decompress itself
//          ...
//     top of low RAM, or initrd_addr_max  initrd, ending here
//
// Everything is checked before the first byte is written; nothing is printed, nothing is kept.
//
// Taught in book/03_linux_boot. Source: Linux x86 boot protocol, "64-bit Boot Protocol". Used by
// stages 03 and 04 under KVM and by 05 on bare metal.

#ifndef COMMON_PC_LINUX_H
#define COMMON_PC_LINUX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "common/pc/guest_ram.h"
#include "common/pc/linux/e820.h"

#define LINUX_BOOT_PARAMS 0x10000  // guest-physical address of boot_params, 4 KiB
#define LINUX_CMDLINE     0x20000  // of the command line
#define LINUX_CMDLINE_MAX 0x10000  // its longest form, final zero included

// What is wrong: a name, which of the three inputs it is about, and the sentence that follows the
// input's name in a message. Where a sentence ends in a colon, linux_loaded.limit completes it.
// clang-format off
#define LINUX_ERRORS(ERROR)                                                                        \
    ERROR(LINUX_EMPTY, LINUX_KERNEL, "is empty, expected a bzImage or an ELF vmlinux")             \
    ERROR(LINUX_GZIP, LINUX_KERNEL,                                                                \
          "is gzip data, expected the kernel itself: unpack it with gunzip first")                 \
    ERROR(LINUX_UNKNOWN_FORMAT, LINUX_KERNEL,                                                      \
          "has no \"HdrS\" at offset 0x202 and is no ELF file, expected a bzImage or a vmlinux")   \
    ERROR(LINUX_HEADER_CUT, LINUX_KERNEL,                                                          \
          "ends inside the setup header, expected a whole bzImage")                                \
    ERROR(LINUX_BOOT_FLAG, LINUX_KERNEL,                                                           \
          "has no boot sector signature, expected 0xAA55 at offset 0x1FE")                         \
    ERROR(LINUX_PROTOCOL, LINUX_KERNEL,                                                            \
          "speaks too old a boot protocol, expected 2.12 (Linux 3.8) or newer")                    \
    ERROR(LINUX_ZIMAGE, LINUX_KERNEL,                                                              \
          "is a zImage (loadflags bit 0 is clear), expected a bzImage")                            \
    ERROR(LINUX_32BIT, LINUX_KERNEL,                                                               \
          "has no 64-bit entry point (xloadflags bit 0 is clear), expected an x86-64 kernel")      \
    ERROR(LINUX_HEADER_SIZE, LINUX_KERNEL,                                                         \
          "has a setup header of impossible size, expected it to end at 0x264 to 0x290")           \
    ERROR(LINUX_SETUP_CUT, LINUX_KERNEL,                                                           \
          "ends inside its setup sectors, expected (setup_sects + 1) * 512 bytes and a kernel")    \
    ERROR(LINUX_KERNEL_CUT, LINUX_KERNEL,                                                          \
          "is cut short, expected, by setup_sects and syssize, a file of at least:")               \
    ERROR(LINUX_ALIGNMENT, LINUX_KERNEL,                                                           \
          "has a kernel_alignment that is no power of two, expected something like 0x200000")      \
    ERROR(LINUX_INIT_SIZE, LINUX_KERNEL,                                                           \
          "is larger than the memory that it asks for, expected an init_size of at least:")        \
    ERROR(LINUX_NO_RAM, LINUX_KERNEL,                                                              \
          "needs more memory than the guest has (init_size included), expected at least:")         \
    ERROR(LINUX_OUTSIDE_RAM, LINUX_KERNEL,                                                         \
          "wants to load where the guest has no RAM, expected addresses from 1 MiB to 3 GiB")      \
    ERROR(LINUX_ELF_CUT, LINUX_KERNEL,                                                             \
          "ends inside the ELF header or the program headers, expected a whole vmlinux")           \
    ERROR(LINUX_ELF_32BIT, LINUX_KERNEL, "is a 32-bit ELF file, expected a 64-bit vmlinux")        \
    ERROR(LINUX_ELF_MACHINE, LINUX_KERNEL,                                                         \
          "is an ELF file for another CPU, expected x86-64 (little-endian, e_machine 62)")         \
    ERROR(LINUX_ELF_TYPE, LINUX_KERNEL,                                                            \
          "is a shared object, a module or a position-independent program, expected a vmlinux")    \
    ERROR(LINUX_ELF_PROGRAM, LINUX_KERNEL,                                                         \
          "asks for a dynamic linker, as programs do, expected a vmlinux, which stands alone")     \
    ERROR(LINUX_ELF_HEADERS, LINUX_KERNEL,                                                         \
          "has no usable ELF program headers, expected 1 to 16 of 56 bytes that load something")   \
    ERROR(LINUX_ELF_SEGMENT_CUT, LINUX_KERNEL,                                                     \
          "ends inside an ELF segment, expected a whole vmlinux of at least:")                     \
    ERROR(LINUX_ELF_SEGMENT_OFFSET, LINUX_KERNEL,                                                  \
          "has an ELF segment that would end beyond 2^64 in the file; it begins at:")              \
    ERROR(LINUX_ELF_SEGMENT_ADDRESS, LINUX_KERNEL,                                                 \
          "has an ELF segment that would end beyond 2^64 in memory; it begins at:")                \
    ERROR(LINUX_ELF_SEGMENT_SIZE, LINUX_KERNEL,                                                    \
          "has an ELF segment with p_filesz above p_memsz, expected at most p_memsz")              \
    ERROR(LINUX_ELF_OVERLAP, LINUX_KERNEL,                                                         \
          "has ELF segments that overlap in memory, expected each to have its own")                \
    ERROR(LINUX_ELF_ENTRY, LINUX_KERNEL,                                                           \
          "has its entry point outside of what it loads, expected a physical address inside")      \
    ERROR(LINUX_INITRD_EMPTY, LINUX_INITRD, "is empty, expected a cpio archive")                   \
    ERROR(LINUX_INITRD_NO_RAM, LINUX_INITRD,                                                       \
          "doesn't fit into the guest's memory beside the kernel, expected at least:")             \
    ERROR(LINUX_INITRD_TOO_LARGE, LINUX_INITRD,                                                    \
          "is larger than this kernel can take (initrd_addr_max, RAM below 4 GiB), expected at "   \
          "most:")                                                                                 \
    ERROR(LINUX_CMDLINE_TOO_LONG, LINUX_COMMAND_LINE,                                              \
          "is longer than the kernel accepts, expected at most:")                                  \
    ERROR(LINUX_RESERVED, LINUX_MEMORY_MAP,                                                        \
          "has reserved ranges where boot_params and the command line go, or too many")
// clang-format on

enum linux_error {
    LINUX_OK,
#define LINUX_ERROR_NAME(name, about, text) name,
    LINUX_ERRORS(LINUX_ERROR_NAME)
#undef LINUX_ERROR_NAME
};

// Which of the inputs an error is about.
enum linux_input { LINUX_KERNEL, LINUX_INITRD, LINUX_COMMAND_LINE, LINUX_MEMORY_MAP };

// What to boot. The bytes are only read, and needed no longer than linux_load() runs.
struct linux_boot {
    const uint8_t *kernel;
    uint64_t kernel_size;   // bytes
    const uint8_t *initrd;  // NULL: none
    uint64_t initrd_size;   // bytes
    const char *cmdline;
    // Ranges that are not free RAM: the host's ACPI tables, for example.
    const struct e820_entry *reserved;
    unsigned reserved_count;
    uint64_t acpi_rsdp;  // guest-physical address of the ACPI RSDP, or 0
};

// Where everything went.
struct linux_loaded {
    uint64_t entry;        // 64-bit entry point: initial RIP
    uint64_t boot_params;  // initial RSI
    uint64_t kernel_start, kernel_end;
    uint64_t initrd_start, initrd_end;  // both 0 without an initrd
    uint64_t limit;                     // bytes, the number that completes some errors' sentences
};

// Would linux_load() accept this? It writes nothing, and needs of `ram` only the sizes, so it can
// be asked before there is a guest. `loaded` is filled in as linux_load() does.
enum linux_error linux_check(const struct linux_boot *boot, const struct guest_ram *ram,
                             struct linux_loaded *loaded);

// Loads `boot` into `ram`. On LINUX_OK, `loaded` tells how to start: 64-bit mode with paging, the
// first 4 GiB mapped to themselves, flat segments, interrupts off, RIP and RSI as it says. On any
// other result nothing has been written, and linux_error_text() has the sentence.
enum linux_error linux_load(const struct linux_boot *boot, const struct guest_ram *ram,
                            struct linux_loaded *loaded);

// What is wrong and what was expected, to follow the name of the input: "is a zImage, expected
// ...".
const char *linux_error_text(enum linux_error error);

// Does the sentence end in a colon, so that linux_loaded.limit completes it?
bool linux_error_has_limit(enum linux_error error);

// Which input that is.
enum linux_input linux_error_about(enum linux_error error);

#endif
