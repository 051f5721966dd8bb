// The loader for UEFI: it meets the way of the BIOS loader at the same struct boot_info, with the
// same page tables, the files at the same addresses. Firmware has loaded them already, as a part of
// this application. Each step either succeeds or says in a sentence why not, and ends the machine.

#include <stdarg.h>
#include <string.h>

#include "boot/info.h"
#include "boot/uefi/apic.h"
#include "boot/uefi/map.h"
#include "boot/uefi/screen.h"
#include "boot/uefi/tables.h"
#include "boot/uefi/uefi.h"
#include "common/status.h"
#include "kernel/console/format.h"
#include "kernel/console/uart.h"
#include "kernel/cpu.h"
#include "kernel/panic/power.h"

#define CPUID_1_ECX_SSE42 (1u << 20)
#define CPUID_X1_EDX_NX   (1u << 20)
#define CR4_LA57          (1u << 12)  // five levels of page tables

#define MAP_PAGES 16  // of 4 KiB, for the firmware's map of memory: 1600 ranges

// What the kernel reads and runs on until it has its own, below 1 MiB, which the page allocator
// leaves alone.
struct low {
    struct tables tables;
    struct boot_info info;
    uint8_t leave[256];  // code: see entry.asm
};

#define LOW_LIMIT 0x9FFFF  // where the memory below the BIOS area may end

// In this program, like everything: clang would else look their addresses up in a table.
#pragma GCC visibility push(hidden)
extern const struct image_table files_start;      // uefi.ld: the last section of our own file
extern const uint8_t files_size[];                // its size in bytes, as an address
extern const uint8_t leave_start[], leave_end[];  // entry.asm
typedef void leave_function(struct boot_info *info, uint64_t *pml4,
                            const struct image_table *files);  // what stands between them
#pragma GCC visibility pop

__attribute__((noreturn)) void loader(void *application, const struct uefi_system_table *system);

static const struct uefi_system_table *uefi;

static void put(char c)
{
    uint16_t text[] = {(uint16_t)(uint8_t)c, 0};

    if (c == '\n')
        put('\r');
    uefi->output->output(uefi->output, text);
}

__attribute__((format(printf, 1, 2))) static void say(const char *format, ...)
{
    va_list args;

    va_start(args, format);
    format_text(put, format, args);
    va_end(args);
}

// The end that boot/end.asm has for a BIOS. On a PC the sentence stays on the screen.
static __attribute__((noreturn)) void end(enum vm_status status)
{
    cli();
    com_flush(COM1);  // the firmware's console may be on both lines
    com_flush(COM2);
    com_init(COM2);
    com_write(COM2, (char)('0' + status));
    com_write(COM2, '\n');
    com_flush(COM2);
    power_off();
    for (;;)
        hlt();
}

static __attribute__((noreturn)) void refuse(enum vm_status status, const char *sentence)
{
    say("%s\n", sentence);
    end(status);
}

// What the kernel cannot do without: boot/check.asm. UEFI on x86-64 is in long mode already, and
// VT-x the kernel asks for itself: here it costs no time to come as far.
static void cpu_check(void)
{
    const char *missing = NULL;

    if (!(cpuid(1, 0).ecx & CPUID_1_ECX_SSE42))
        missing = "this processor has no CRC32 instruction (SSE4.2), so it is too old for EPT too";
    if (!(cpuid(0x80000001, 0).edx & CPUID_X1_EDX_NX))
        missing = "no page can be protected from execution: the firmware calls this XD or NX";
    if (read_cr4() & CR4_LA57)
        missing = "the firmware uses five levels of page tables, the hypervisor has four";
    if (missing) {
        say("[05] ");
        refuse(VM_REFUSED, missing);
    }
}

static uint32_t checksum(const void *data, size_t size)
{
    const uint32_t *words = data;
    uint32_t crc = UINT32_MAX;

    for (size_t i = 0; i < size / 4; i++)
        crc = crc32(crc, words[i]);
    return ~crc;
}

static void table_check(void)
{
    const char *wrong = NULL;

    if (memcmp(files_start.magic, IMAGE_MAGIC, sizeof(files_start.magic)) != 0)
        wrong = "the application has no image table in its place";
    else if (files_start.version != IMAGE_VERSION)
        wrong = "the image table has another version than the loader";
    else if (files_start.checksum !=
             checksum(&files_start.version,
                      sizeof(files_start) - offsetof(struct image_table, version)))
        wrong = "the image table is damaged: its checksum does not match";
    else if (!files_start.count || files_start.count > IMAGE_FILES)
        wrong = "the image table lists no file, or more than there is room for";
    if (wrong) {
        say("[05] ");
        refuse(VM_BAD_USAGE, wrong);
    }
}

static uint64_t file_pages(const struct image_file *file)
{
    return ((uint64_t)file->size + PAGE_SIZE - 1) & ~(PAGE_SIZE - 1);
}

// Can this file, which begins at `from`, move to its place once the firmware is gone? Boot services
// may still be there now. Moves go down, one file after the other: none overwrites a file that has
// yet to move.
static const char *file_wrong(const struct boot_info *info, const struct image_file *file,
                              const uint8_t *from)
{
    uint64_t size = file_pages(file);
    uint64_t end = file->address + size;

    if (file->address < HYPERVISOR_ADDRESS || file->address % PAGE_SIZE)
        return "it wants to go where no file can";
    if (end > PAYLOAD_LIMIT)
        return "it does not fit below 1 GiB";
    if (from + size > (const uint8_t *)&files_start + (uint64_t)files_size)
        return "the image is cut short";
    if (checksum(from, size) != file->checksum)
        return "the checksum does not match: the image is damaged";
    if (!map_usable(info, file->address, end < PAYLOAD_ADDRESS ? PAYLOAD_ADDRESS : end))
        return "the machine has no memory where it has to go, give it more";
    if ((uint64_t)from < file->address || (uint64_t)from + size > TABLES_LIMIT)
        return "the firmware has put it where it cannot be moved from";
    return NULL;
}

static void files_check(const struct boot_info *info)
{
    uint32_t sector = FILES_SECTOR;

    for (uint32_t i = 0; i < files_start.count; i++) {
        const struct image_file *file = &files_start.files[i];
        const char *wrong = "it overlaps the file before it";

        say("[05] load %s ... ", file->name);
        if (file->sector >= sector)
            wrong = file_wrong(info, file,
                               (const uint8_t *)&files_start +
                                   (uint64_t)(file->sector - TABLE_SECTOR) * SECTOR_SIZE);
        if (wrong)
            refuse(VM_BAD_USAGE, wrong);
        sector = file->sector + (uint32_t)(file_pages(file) / SECTOR_SIZE);
        say("ok\n");
    }
}

// Memory that the firmware leaves to us: `size` bytes, below an address. Ends the machine if there
// is none.
static void *claim(uint64_t limit, uint64_t size)
{
    uint64_t address = limit;

    if (uefi->boot->allocate_pages(UEFI_MAX_ADDRESS, UEFI_LOADER_CODE,
                                   (size + PAGE_SIZE - 1) / PAGE_SIZE, &address) != 0) {
        say("[05] the firmware has no %lu bytes of memory below 0x%lx\n", size, limit);
        end(VM_REFUSED);
    }
    return (void *)address;
}

// Whoever sits in front of a machine without one reads here why the rest is silent.
static void screen_take(struct low *low)
{
    low->info.screen = screen_find(uefi->boot);
    if (low->info.screen.kind == SCREEN_NONE || !tables_fill(&low->tables, &low->info.screen)) {
        low->info.screen.kind = SCREEN_NONE;
        tables_fill(&low->tables, &low->info.screen);
        say("[05] the firmware has no frame buffer: from here on only COM1 speaks\n");
    }
}

// Where the firmware says that ACPI's tables begin: those of ACPI 2.0 and later, or those of 1.0.
static uint64_t rsdp_take(void)
{
    static const struct uefi_guid names[] = {
        {0x8868E871, 0xE4F1, 0x11D3, {0xBC, 0x22, 0x00, 0x80, 0xC7, 0x3C, 0x88, 0x81}},
        {0xEB9D2D30, 0x2D88, 0x11D3, {0x9A, 0x16, 0x00, 0x90, 0x27, 0x3F, 0xC1, 0x4D}}};

    for (size_t n = 0; n < 2; n++)
        for (size_t i = 0; i < uefi->configuration_count; i++)
            if (memcmp(&uefi->configuration[i].name, &names[n], sizeof(names[n])) == 0)
                return uefi->configuration[i].table;
    return 0;
}

// The map of memory, into `info`, and the key that proves that we know the latest.
static size_t map_get(struct boot_info *info, struct uefi_range *map)
{
    size_t key, step, bytes = MAP_PAGES * PAGE_SIZE;
    uint32_t version;

    if (uefi->boot->get_memory_map(&bytes, map, &key, &step, &version) != 0)
        refuse(VM_REFUSED, "[05] the firmware does not give its map of memory (GetMemoryMap)");
    map_convert(info, map, bytes, step);
    return key;
}

// Takes the machine from the firmware. The first try may change the map, and then the key is an old
// one: so there is a second.
static void boot_services_exit(void *application, struct boot_info *info, struct uefi_range *map)
{
    for (int attempt = 0; attempt < 2; attempt++)
        if (uefi->boot->exit_boot_services(application, map_get(info, map)) == 0)
            return;
    refuse(VM_REFUSED, "[05] the firmware does not let go of the machine (ExitBootServices)");
}

void loader(void *application, const struct uefi_system_table *system)
{
    leave_function *leave;
    struct uefi_range *map;
    struct low *low;

    uefi = system;
    cpu_check();    // 1. a processor that can do what follows
    table_check();  // 2. what to load
    low = claim(LOW_LIMIT, sizeof(*low));
    map = claim(TABLES_LIMIT - 1, MAP_PAGES * PAGE_SIZE);
    memset(low, 0, sizeof(*low));
    low->info.image = files_start;
    low->info.firmware = FIRMWARE_UEFI;
    low->info.com1 = COM1;
    low->info.rsdp = rsdp_take();
    screen_take(low);  // 3. what to show text on
    memcpy(low->leave, leave_start, (size_t)(leave_end - leave_start));
    leave = (leave_function *)(uint64_t)low->leave;

    map_get(&low->info, map);  // 4. what is memory
    files_check(&low->info);   // 5. the files
    boot_services_exit(application, &low->info, map);
    cli();
    apic_quiet();                                       // 6. what the firmware has left running
    leave(&low->info, low->tables.pml4, &files_start);  // 7. and on to the kernel
    __builtin_unreachable();
}
