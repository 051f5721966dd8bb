// What the Linux loader of common/pc/linux/linux.h makes of a good kernel: where everything goes in
// memories of many sizes, and what boot_params says about it. (linux_bad_test.c has the bad ones.)

#include "common/pc/linux/bootparams.h"
#include "common/test/pc/loader.h"

static const struct boot_params *params_of(const struct machine *machine)
{
    return (const struct boot_params *)(machine->host + LINUX_BOOT_PARAMS);
}

static void test_bzimage(void)
{
    uint8_t file[BZIMAGE_SIZE], initrd[5000];
    struct linux_boot boot = {.kernel = file, .kernel_size = sizeof(file), .cmdline = "quiet"};
    struct linux_loaded loaded;
    struct machine machine;
    const struct boot_params *params;
    unsigned stray = 0;

    make_bzimage(file);
    put_pattern(initrd, sizeof(initrd), 3);
    boot.initrd = initrd;
    boot.initrd_size = sizeof(initrd);
    boot.acpi_rsdp = 0xE0000;
    machine_create(&machine, MIB(64), PROT_READ | PROT_WRITE);
    is_int(linux_load(&boot, &machine.ram, &loaded), LINUX_OK, "a bzImage loads");
    is_int(loaded.entry, MIB(16) + 0x200, "it starts 0x200 behind pref_address");
    is_int(loaded.boot_params, LINUX_BOOT_PARAMS, "RSI points at boot_params");
    is_int(loaded.kernel_end, MIB(24), "init_size reserves room from pref_address on");
    ok(!memcmp(machine.host + MIB(16), file + BZIMAGE_SETUP, BZIMAGE_CODE), "the kernel is copied");
    is_int(machine.host[MIB(16) + BZIMAGE_CODE], 0, "and no more than that");
    is_int(loaded.initrd_start, MIB(64) - 8192, "the initrd is at the top of RAM, page-aligned");
    ok(!memcmp(machine.host + loaded.initrd_start, initrd, sizeof(initrd)), "the initrd is copied");
    is_str((char *)machine.host + LINUX_CMDLINE, "quiet", "the command line is copied");

    params = params_of(&machine);
    is_int(params->hdr.cmd_line_ptr, LINUX_CMDLINE, "cmd_line_ptr");
    is_int(params->hdr.ramdisk_image, loaded.initrd_start, "ramdisk_image");
    is_int(params->hdr.ramdisk_size, sizeof(initrd), "ramdisk_size");
    is_int(params->hdr.type_of_loader, 0xFF, "type_of_loader");
    is_int(params->hdr.init_size, MIB(8), "the setup header is copied");
    is_int(params->hdr_bytes[0x26C - 0x1F1], 0, "and ends where its jump says");
    is_int(params->acpi_rsdp_addr, 0xE0000, "acpi_rsdp_addr");
    for (unsigned i = 0; i < SETUP_HEADER; i++)
        stray += ((const uint8_t *)params)[i] == 0xFF;
    is_int(stray, 0, "nothing of the file's first sector before the setup header is copied");
    machine_destroy(&machine);
}

static void test_elf(void)
{
    uint8_t file[ELF_SIZE];
    struct linux_boot boot = {.kernel = file, .kernel_size = sizeof(file), .cmdline = "x"};
    struct linux_loaded loaded;
    struct machine machine;

    make_elf(file);
    machine_create(&machine, MIB(64), PROT_READ | PROT_WRITE);
    memset(machine.host + MIB(18), 0xAA, 3 * PAGE);
    is_int(linux_load(&boot, &machine.ram, &loaded), LINUX_OK, "an ELF vmlinux loads");
    is_int(loaded.entry, MIB(16), "it starts at e_entry");
    is_int(loaded.kernel_start, MIB(16), "it occupies memory from its first segment");
    is_int(loaded.kernel_end, MIB(18) + 8192, "to the end of its last");
    ok(!memcmp(machine.host + MIB(16), file + ELF_DATA, ELF_FIRST), "segment 0 is copied");
    ok(!memcmp(machine.host + MIB(18), file + ELF_DATA + ELF_FIRST, ELF_SECOND), "segment 1 too");
    is_int(machine.host[MIB(18) + ELF_SECOND], 0, "what is beyond p_filesz is zeroed,");
    is_int(machine.host[MIB(18) + 8191], 0, "up to p_memsz");
    is_int(machine.host[MIB(18) + 8192], 0xAA, "and no further");
    is_int(params_of(&machine)->hdr.header, SETUP_MAGIC, "boot_params gets a setup header");
    is_int(params_of(&machine)->hdr.boot_flag, SETUP_BOOT_FLAG, "with a signature");
    is_int(params_of(&machine)->hdr.cmd_line_ptr, LINUX_CMDLINE, "and the command line");
    is_int(params_of(&machine)->hdr.ramdisk_size, 0, "without an initrd there is none");

    make_elf_segment(file, 1, ELF_DATA + ELF_FIRST, MIB(14), ELF_SECOND, 8192);
    is_int(linux_load(&boot, &machine.ram, &loaded), LINUX_OK, "segments in another order");
    is_int(loaded.kernel_start, MIB(14), "the lowest is the start");
    is_int(loaded.kernel_end, MIB(16) + ELF_FIRST, "and the highest the end");
    machine_destroy(&machine);
}

// setup_sects 0 means 4: two more sectors of setup code before the kernel.
// syssize counts units of 16 bytes, rounded up; and a kernel may be linked to where it is loaded.
static void test_short_and_low(void)
{
    uint8_t bzimage[BZIMAGE_SIZE], elf[ELF_SIZE];
    struct linux_boot boot = {.kernel = bzimage, .kernel_size = BZIMAGE_SIZE - 15, .cmdline = ""};
    struct linux_loaded loaded;
    struct machine machine;

    make_bzimage(bzimage);
    machine_create(&machine, MIB(64), PROT_READ | PROT_WRITE);
    memset(machine.host + MIB(16), 0xAA, 2 * PAGE);
    is_int(linux_load(&boot, &machine.ram, &loaded), LINUX_OK, "one byte of the last unit will do");
    is_int(machine.host[MIB(16) + BZIMAGE_CODE - 16], bzimage[BZIMAGE_SIZE - 16], "it is copied,");
    is_int(machine.host[MIB(16) + BZIMAGE_CODE - 15], 0, "and the rest of the unit is zero");
    is_int(machine.host[MIB(16) + BZIMAGE_CODE], 0xAA, "and no more than that");

    make_elf(elf);
    make_elf_segment(elf, 0, ELF_DATA, MIB(1), ELF_FIRST, ELF_FIRST);
    put(elf, ELF_SEGMENT(0) + 16, 8, MIB(1));
    put(elf, 24, 8, MIB(1));
    boot.kernel = elf;
    boot.kernel_size = sizeof(elf);
    is_int(linux_load(&boot, &machine.ram, &loaded), LINUX_OK, "a kernel linked to 1 MiB loads");
    is_int(loaded.entry, MIB(1), "and starts there");
    machine_destroy(&machine);
}

static void test_four_sectors(void)
{
    uint8_t file[BZIMAGE_SIZE + 2 * 512];
    struct linux_boot boot = {.kernel = file, .kernel_size = sizeof(file), .cmdline = ""};
    struct linux_loaded loaded;
    struct machine machine;

    make_bzimage(file);
    memmove(file + BZIMAGE_SETUP + 2 * 512, file + BZIMAGE_SETUP, BZIMAGE_CODE);
    put(file, 0x1F1, 1, 0);
    machine_create(&machine, MIB(64), PROT_READ | PROT_WRITE);
    is_int(linux_load(&boot, &machine.ram, &loaded), LINUX_OK, "setup_sects 0 loads");
    ok(!memcmp(machine.host + MIB(16), file + 5 * 512, BZIMAGE_CODE), "from behind 4 + 1 sectors");
    machine_destroy(&machine);
}

// Where the initrd may and may not go.
static void test_initrd(void)
{
    uint8_t file[BZIMAGE_SIZE];
    static uint8_t initrd[MIB(2)];
    struct linux_boot boot = {file, sizeof(file), initrd, sizeof(initrd), "", NULL, 0, 0};
    struct e820_entry tables = {MIB(64) - 0x10000, 0x10000, E820_ACPI};
    struct linux_loaded loaded;
    struct machine machine;

    make_bzimage(file);
    machine_create(&machine, MIB(64), PROT_READ | PROT_WRITE);
    put(file, 0x22C, 4, MIB(32) - 1);
    linux_load(&boot, &machine.ram, &loaded);
    is_int(loaded.initrd_end, MIB(32), "initrd_addr_max is the last byte that it may use");
    put(file, 0x22C, 4, MIB(26) - 1);
    linux_load(&boot, &machine.ram, &loaded);
    is_int(loaded.initrd_start, MIB(24), "it may touch the end of init_size");
    put(file, 0x22C, 4, 0xFFFFFFFF);
    boot.reserved = &tables;
    boot.reserved_count = 1;
    linux_load(&boot, &machine.ram, &loaded);
    is_int(loaded.initrd_end, tables.start, "it stays below ACPI tables at the top of RAM");
    boot.reserved_count = 0;
    machine_destroy(&machine);
    machine_create(&machine, GIB(8), PROT_READ | PROT_WRITE);
    put(file, 0x22C, 4, 0xFFFFFFFF);
    linux_load(&boot, &machine.ram, &loaded);
    is_int(loaded.initrd_end, GIB(3), "with 8 GiB it ends where low RAM ends");
    machine_destroy(&machine);
}

static void test_initrd_refused(void)
{
    uint8_t file[BZIMAGE_SIZE];
    static uint8_t initrd[MIB(2)];
    struct linux_boot boot = {file, sizeof(file), initrd, sizeof(initrd), "", NULL, 0, 0};
    struct e820_entry tables = {MIB(24), 0x800, E820_ACPI};
    struct linux_loaded loaded;

    make_bzimage(file);
    put(file, 0x22C, 4, MIB(26) - 2);
    refused(try_in(MIB(64), &boot, &loaded), LINUX_INITRD_TOO_LARGE, "initrd_addr_max too low");
    is_int(loaded.limit, MIB(2) - 1, "and it says how large one may be");
    put(file, 0x22C, 4, 0x7FFFFFFF);
    refused(try_in(MIB(26) - PAGE, &boot, &loaded), LINUX_INITRD_NO_RAM, "initrd and little RAM");
    is_int(loaded.limit, MIB(26), "and it says how much is needed");
    boot.reserved = &tables;
    boot.reserved_count = 1;
    boot.initrd_size = MIB(2) - 0x800;
    refused(try_in(MIB(26), &boot, &loaded), LINUX_INITRD_NO_RAM, "no room to align it");
    boot.reserved_count = 0;
    boot.initrd_size = 0;
    refused(try_in(MIB(64), &boot, &loaded), LINUX_INITRD_EMPTY, "an empty initrd");
    is_int(linux_error_about(LINUX_INITRD_EMPTY), LINUX_INITRD, "which is about the initrd");
}

// Where the kernel may and may not go.
static void test_placement(void)
{
    uint8_t file[BZIMAGE_SIZE];
    struct linux_boot boot = {.kernel = file, .kernel_size = sizeof(file), .cmdline = ""};
    struct linux_loaded loaded;
    struct machine machine;

    make_bzimage(file);
    machine_create(&machine, MIB(64), PROT_READ | PROT_WRITE);
    put(file, 0x258, 8, MIB(16) + 1);
    linux_load(&boot, &machine.ram, &loaded);
    is_int(loaded.kernel_start, MIB(18), "a relocatable kernel is aligned to kernel_alignment");
    put(file, 0x258, 8, 0);
    linux_load(&boot, &machine.ram, &loaded);
    is_int(loaded.kernel_start, MIB(2), "and never below 1 MiB");
    put(file, 0x234, 1, 0);
    put(file, 0x258, 8, MIB(16) + 0x1000);
    linux_load(&boot, &machine.ram, &loaded);
    is_int(loaded.kernel_start, MIB(16) + 0x1000, "one that isn't goes to pref_address exactly");
    machine_destroy(&machine);
}

static void test_placement_refused(void)
{
    uint8_t file[BZIMAGE_SIZE];
    struct linux_boot boot = {.kernel = file, .kernel_size = sizeof(file), .cmdline = ""};
    struct e820_entry hole = {MIB(20), PAGE, E820_RESERVED};
    struct linux_loaded loaded;
    struct machine machine;

    make_bzimage(file);
    put(file, 0x234, 1, 0);
    put(file, 0x258, 8, MIB(1) - PAGE);
    refused(try_in(MIB(64), &boot, &loaded), LINUX_OUTSIDE_RAM, "pref_address below 1 MiB");
    put(file, 0x258, 8, GIB(3) - PAGE);
    refused(try_in(GIB(8), &boot, &loaded), LINUX_OUTSIDE_RAM, "a kernel across 3 GiB");
    put(file, 0x258, 8, UINT64_MAX);
    refused(try_in(GIB(8), &boot, &loaded), LINUX_OUTSIDE_RAM, "pref_address 2^64 - 1");
    put(file, 0x258, 8, MIB(16));
    refused(try_in(MIB(24) - PAGE, &boot, &loaded), LINUX_NO_RAM, "RAM below init_size");
    is_int(loaded.limit, MIB(24), "and it says how much is needed");
    ok(linux_error_has_limit(LINUX_NO_RAM), "in a number at the sentence's end");
    ok(!linux_error_has_limit(LINUX_OUTSIDE_RAM), "which not every sentence has");
    refused(try_in(MIB(1), &boot, &loaded), LINUX_NO_RAM, "1 MiB of RAM");
    refused(try_in(PAGE, &boot, &loaded), LINUX_NO_RAM, "4 KiB of RAM");
    boot.reserved = &hole;
    boot.reserved_count = 1;
    refused(try_in(MIB(64), &boot, &loaded), LINUX_OUTSIDE_RAM, "a reserved page in the kernel");
    hole.start = LINUX_BOOT_PARAMS;
    refused(try_in(MIB(64), &boot, &loaded), LINUX_RESERVED, "boot_params reserved");
    boot.reserved_count = 0;
    machine_create(&machine, MIB(64), PROT_NONE);
    machine.lacks = MIB(20);
    refused(linux_load(&boot, &machine.ram, &loaded), LINUX_OUTSIDE_RAM,
            "a hole in the host's RAM");
    machine.lacks = LINUX_BOOT_PARAMS;
    refused(linux_load(&boot, &machine.ram, &loaded), LINUX_RESERVED, "another at boot_params");
    machine_destroy(&machine);
    boot.reserved_count = 1;
    hole.start = UINT64_MAX;
    refused(try_in(MIB(64), &boot, &loaded), LINUX_RESERVED, "a range beyond 64 bits");
}

static void test_cmdline(void)
{
    uint8_t file[BZIMAGE_SIZE];
    static char text[LINUX_CMDLINE_MAX + 1];
    struct linux_boot boot = {.kernel = file, .kernel_size = sizeof(file), .cmdline = text};
    struct linux_loaded loaded;
    struct machine machine;

    make_bzimage(file);
    memset(text, 'a', 2048);
    refused(try_in(MIB(64), &boot, &loaded), LINUX_CMDLINE_TOO_LONG, "2048 characters");
    is_int(loaded.limit, 2047, "and it says how many are accepted");
    text[2047] = '\0';
    machine_create(&machine, MIB(64), PROT_READ | PROT_WRITE);
    is_int(linux_load(&boot, &machine.ram, &loaded), LINUX_OK, "2047 characters are accepted");
    machine_destroy(&machine);
    put(file, 0x238, 4, 0xFFFFFFFF);
    memset(text, 'a', LINUX_CMDLINE_MAX);
    refused(try_in(MIB(64), &boot, &loaded), LINUX_CMDLINE_TOO_LONG, "more than there is room for");
    is_int(loaded.limit, LINUX_CMDLINE_MAX - 1, "and it says how many there is room for");
}

// One row of the memory map, as text.
static void is_row(const struct machine *machine, unsigned i, uint64_t start, uint64_t end,
                   uint32_t type)
{
    const struct e820_entry *row = &params_of(machine)->e820_table[i];

    ok(row->start == start && row->start + row->size == end && row->type == type,
       "e820 row %u: %#llx to %#llx is of type %u", i, (unsigned long long)start,
       (unsigned long long)end, type);
}

static void test_e820(void)
{
    uint8_t file[BZIMAGE_SIZE];
    struct linux_boot boot = {.kernel = file, .kernel_size = sizeof(file), .cmdline = ""};
    struct e820_entry tables = {0xE0000, 0x4000, E820_ACPI};
    struct linux_loaded loaded;
    struct machine machine;
    static const unsigned mib[] = {64, 3072, 3330, 4096, 8192};

    make_bzimage(file);
    boot.reserved = &tables;
    for (unsigned i = 0; i < sizeof(mib) / sizeof(mib[0]); i++) {
        uint64_t low = mib[i] < 3072 ? MIB(mib[i]) : GIB(3);

        boot.reserved_count = i & 1;
        machine_create(&machine, MIB(mib[i]), PROT_READ | PROT_WRITE);
        linux_load(&boot, &machine.ram, &loaded);
        printf("# %u MiB\n", mib[i]);
        is_int(params_of(&machine)->e820_entries, 4 + (mib[i] > 3072) + (i & 1), "e820 rows");
        is_row(&machine, 0, 0, 0x9FC00, E820_RAM);
        is_row(&machine, 1, 0x9FC00, 0xA0000, E820_RESERVED);
        if (i & 1)
            is_row(&machine, 2, 0xE0000, 0xE4000, E820_ACPI);
        is_row(&machine, 2 + (i & 1), 0xF0000, 0x100000, E820_RESERVED);
        is_row(&machine, 3 + (i & 1), 0x100000, low, E820_RAM);
        if (mib[i] > 3072)
            is_row(&machine, 4 + (i & 1), GIB(4), MIB(mib[i]) + GIB(1), E820_RAM);
        machine_destroy(&machine);
    }
}

int main(void)
{
    test_bzimage();
    test_elf();
    test_short_and_low();
    test_four_sectors();
    test_initrd();
    test_initrd_refused();
    test_placement();
    test_placement_refused();
    test_cmdline();
    test_e820();
    return done_testing();
}
