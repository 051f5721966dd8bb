// Random kernels against the Linux loader: whole files of noise, and good kernels in which a few
// fields were changed, which get much further. Guest RAM is in pieces of 2 MiB that aren't
// neighbours. What is refused is loaded a second time into memory that can't be touched; what is
// accepted has to look like what the boot protocol promises the kernel.

#include <stddef.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "common/pc/linux/bootparams.h"
#include "common/pc/linux/linux.h"
#include "common/test/pc/kernel_image.h"

#define PIECES    16  // of guest RAM
#define LOW_MAX   ((uint64_t)PIECES * GUEST_RAM_PIECE)
#define HIGH_RAM  ((uint64_t)1 << 32)
#define EXTENDED  0x100000
#define RESERVED  3
#define FILE_ROOM (1u << 13)

#define CHECK(condition)                                                                           \
    do {                                                                                           \
        if (!(condition))                                                                          \
            abort();                                                                               \
    } while (0)

struct input {
    const uint8_t *data;
    size_t size;
};

struct memory {
    uint64_t low;
    uint8_t *pieces[PIECES];
};

// The next `size` bytes of the input as a number; zeroes once it is used up.
static uint64_t take(struct input *input, unsigned size)
{
    uint64_t value = 0;

    for (unsigned i = 0; i < size && input->size; i++, input->data++, input->size--)
        value |= (uint64_t)*input->data << (8 * i);
    return value;
}

static void *memory_at(void *context, uint64_t gpa, uint64_t size)
{
    const struct memory *memory = context;
    uint64_t offset = gpa % GUEST_RAM_PIECE;

    CHECK(size && offset + size <= GUEST_RAM_PIECE);
    if (gpa >= memory->low || size > memory->low - gpa)
        return NULL;
    return memory->pieces[gpa / GUEST_RAM_PIECE] + offset;
}

static void memory_create(struct memory *memory)
{
    for (unsigned i = 0; i < PIECES; i++)
        memory->pieces[i] = malloc(GUEST_RAM_PIECE);
}

static void memory_forbid(struct memory *memory)
{
    uint8_t *pages = mmap(NULL, LOW_MAX, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

    CHECK(pages != MAP_FAILED);
    for (unsigned i = 0; i < PIECES; i++)
        memory->pieces[i] = pages + (size_t)i * GUEST_RAM_PIECE;
}

// A kernel of noise, or a good one with up to 7 changes. Returns its size.
static uint64_t make_kernel(struct input *input, uint8_t file[FILE_ROOM])
{
    uint64_t kind = take(input, 1), size, header = 0;
    unsigned changes = kind >> 5;

    if ((kind & 3) == 0) {
        size = input->size < FILE_ROOM ? input->size : FILE_ROOM;
        memcpy(file, input->data, size);
        return size;
    }
    if ((kind & 3) == 1) {
        make_bzimage(file);
        header = 0x1F1;
        size = BZIMAGE_SIZE;
    } else {
        make_elf(file);
        size = ELF_SIZE;
    }
    while (changes-- > 0) {
        uint64_t offset = header + take(input, 1) % 0xB0, width = 1 + take(input, 1) % 8;
        put(file, offset, (unsigned)width, take(input, (unsigned)width));
    }
    return kind & 4 ? take(input, 2) % (size + 1) : size;
}

static const struct boot_params *check_params(const struct memory *memory,
                                              const struct linux_boot *boot)
{
    const struct boot_params *params =
        (const struct boot_params *)(memory->pieces[0] + LINUX_BOOT_PARAMS);
    uint64_t end = 0;

    CHECK(params->hdr.boot_flag == SETUP_BOOT_FLAG && params->hdr.header == SETUP_MAGIC);
    CHECK(params->e820_entries > 0 && params->e820_entries <= E820_MAX);
    for (unsigned i = 0; i < params->e820_entries; i++) {
        const struct e820_entry *entry = &params->e820_table[i];

        CHECK(entry->size && entry->start >= end && entry->start + entry->size > entry->start);
        end = entry->start + entry->size;
        if (entry->type == E820_RAM && !boot->reserved_count)
            CHECK(entry->start >= HIGH_RAM ||
                  (end <= memory->low && (end <= 0x9FC00 || entry->start >= EXTENDED)));
    }
    CHECK(memcmp(memory->pieces[0] + LINUX_CMDLINE, boot->cmdline, strlen(boot->cmdline) + 1) == 0);
    return params;
}

static void check_loaded(const struct memory *memory, const struct linux_boot *boot,
                         const struct linux_loaded *loaded)
{
    const struct boot_params *params = check_params(memory, boot);
    bool bzimage = params->hdr.init_size != 0;

    CHECK(loaded->kernel_start >= EXTENDED && loaded->kernel_end <= memory->low);
    CHECK(loaded->entry >= loaded->kernel_start && loaded->entry < loaded->kernel_end);
    if (bzimage) {
        CHECK(loaded->kernel_end - loaded->kernel_start == params->hdr.init_size);
        CHECK(strlen(boot->cmdline) <= params->hdr.cmdline_size);
        CHECK(loaded->kernel_start >= params->hdr.pref_address);
    }
    CHECK(params->hdr.ramdisk_size == boot->initrd_size);
    CHECK(params->hdr.ramdisk_image == loaded->initrd_start);
    if (boot->initrd) {
        CHECK(loaded->initrd_start >= loaded->kernel_end && loaded->initrd_start % 4096 == 0);
        CHECK(loaded->initrd_end <= memory->low);
        CHECK(loaded->initrd_end - loaded->initrd_start == boot->initrd_size);
        CHECK(!bzimage || loaded->initrd_end - 1 <= params->hdr.initrd_addr_max);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct memory memory, forbidden;
    static uint8_t initrd[3 << 16];
    struct input input = {data, size};
    struct e820_entry reserved[RESERVED];
    struct linux_boot boot = {.cmdline = "console=ttyS0", .reserved = reserved};
    struct guest_ram ram = {.at = memory_at, .context = &memory};
    struct linux_loaded loaded;
    enum linux_error error;
    uint8_t file[FILE_ROOM], *kernel;

    if (!memory.pieces[0]) {
        memory_create(&memory);
        memory_forbid(&forbidden);
    }
    memory.low = forbidden.low = ram.low = take(&input, 1) << 17;
    ram.high = take(&input, 1) << 32;
    boot.initrd_size = take(&input, 1) * 600;
    boot.initrd = boot.initrd_size ? initrd : NULL;
    boot.reserved_count = take(&input, 1) % (RESERVED + 1);
    for (unsigned i = 0; i < boot.reserved_count; i++)
        reserved[i] =
            (struct e820_entry){take(&input, 4) << 8, take(&input, 4), take(&input, 1) % 4};
    boot.kernel_size = make_kernel(&input, file);

    kernel = malloc(boot.kernel_size);  // of exactly that size, so that ASan sees its end
    memcpy(kernel, file, boot.kernel_size);
    boot.kernel = kernel;
    error = linux_load(&boot, &ram, &loaded);
    if (error == LINUX_OK) {
        check_loaded(&memory, &boot, &loaded);
    } else {
        CHECK(linux_error_text(error)[0] && linux_error_about(error) <= LINUX_MEMORY_MAP);
        ram.context = &forbidden;
        CHECK(linux_load(&boot, &ram, &loaded) == error);
    }
    free(kernel);
    return 0;
}
