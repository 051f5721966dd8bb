// Machines of all sizes: what the kernel reads about their memory, address by address.

#include <sys/mman.h>

#include "common/pc/linux/bootparams.h"
#include "common/pc/linux/linux.h"
#include "common/test/pc/kernel_image.h"
#include "unit.h"

#define MIB(n)   IMAGE_MIB(n)
#define LOW_END  (LINUX_CMDLINE + LINUX_CMDLINE_MAX)
#define KERNEL   MIB(16)  // where make_bzimage() puts it, for 8 MiB
#define HIGH     (MIB(4096))
#define NOBODY   0
#define RESERVED 6  // ranges at most

static uint8_t *host;
static uint8_t image[BZIMAGE_SIZE];

static struct e820_entry reserved[RESERVED];
static struct linux_boot boot = {
    .kernel = image, .kernel_size = BZIMAGE_SIZE, .cmdline = "", .reserved = reserved};
static struct guest_ram ram;

static void *ram_at(void *context, uint64_t gpa, uint64_t size)
{
    (void)context;
    if (gpa < ram.low && size <= ram.low - gpa)
        return host + gpa;
    if (gpa >= HIGH && gpa - HIGH < ram.high && size <= ram.high - (gpa - HIGH))
        return host + ram.low + (gpa - HIGH);
    return NULL;
}

// What is at `gpa`, by the rules: those of a PC, and over them the reserved ranges in their order.
static uint32_t truth(uint64_t gpa)
{
    uint32_t type = NOBODY;

    if (gpa < ram.low && (gpa < 0x9FC00 || gpa >= MIB(1)))
        type = E820_RAM;
    if (gpa >= HIGH && gpa - HIGH < ram.high)
        type = E820_RAM;
    if ((gpa >= 0x9FC00 && gpa < 0xA0000) || (gpa >= 0xF0000 && gpa < MIB(1)))
        type = E820_RESERVED;
    for (unsigned i = 0; i < boot.reserved_count; i++)
        if (gpa >= reserved[i].start && gpa - reserved[i].start < reserved[i].size)
            type = reserved[i].type;
    return type;
}

static const char *type_name(uint32_t type)
{
    static const char *const names[] = {"nobody's", "RAM", "reserved", "ACPI tables"};

    return type < 4 ? names[type] : "of an unknown type";
}

static void probe(const struct boot_params *params, uint64_t gpa)
{
    uint32_t want = truth(gpa), got = NOBODY;

    for (unsigned i = 0; i < params->e820_entries; i++) {
        const struct e820_entry *entry = &params->e820_table[i];
        if (gpa >= entry->start && gpa - entry->start < entry->size)
            got = entry->type;
    }
    if (got == want)
        return;
    unit_say("expected",
             "0x%llx is %s, with %llu bytes of RAM below 4 GiB, %llu above, %u ranges taken out",
             (unsigned long long)gpa, type_name(want), (unsigned long long)ram.low,
             (unsigned long long)ram.high, boot.reserved_count);
    unit_say("got", "it is %s", type_name(got));
    unit_say("hint",
             "first the RAM of a PC, then what the firmware keeps, then boot->reserved in its "
             "order: the last word counts");
}

static void probe_around(const struct boot_params *params, uint64_t gpa)
{
    probe(params, gpa);
    probe(params, gpa + 1);
    if (gpa > 0)
        probe(params, gpa - 1);
}

static void verify(const struct boot_params *params)
{
    for (unsigned i = 1; i < params->e820_entries; i++) {
        const struct e820_entry *entry = &params->e820_table[i];
        unit_ok(entry->start >= entry[-1].start + entry[-1].size,
                "entries sorted, none overlapping", "others",
                "e820_set() keeps them so: use nothing else to change the map");
    }
    for (unsigned i = 0; i < boot.reserved_count; i++) {
        probe_around(params, reserved[i].start);
        probe_around(params, reserved[i].start + reserved[i].size);
    }
    probe_around(params, 0);
    probe_around(params, 0x9FC00);
    probe_around(params, 0xA0000);
    probe_around(params, 0xF0000);
    probe_around(params, MIB(1));
    probe_around(params, ram.low);
    probe_around(params, HIGH);
    probe_around(params, HIGH + ram.high);
    for (unsigned i = 0; i < 200; i++)
        probe(params, unit_random(2) ? unit_random(0xFFFFFFFF) : HIGH + unit_random(0xFFFFFFFF));
}

static const char *error_name(enum linux_error error)
{
#define NAME(name, about, text) [name] = #name,
    static const char *const names[] = {[LINUX_OK] = "LINUX_OK", LINUX_ERRORS(NAME)};
#undef NAME

    return names[error];
}

static struct linux_loaded load(enum linux_error want, const char *when, const char *hint)
{
    struct linux_loaded loaded;
    enum linux_error got = linux_load(&boot, &ram, &loaded);

    if (got == LINUX_NOT_DONE_YET) {
        puts(linux_error_text(got));
        exit(1);
    }
    if (got != want) {
        unit_say("expected", "%s: %s", when, error_name(want));
        unit_say("got", "%s", error_name(got));
        unit_say("hint", "%s", hint);
    }
    return loaded;
}

// A range that leaves the kernel, boot_params and the command line alone.
static struct e820_entry reserve(void)
{
    struct e820_entry range = {.type = unit_random(2) ? E820_RESERVED : E820_ACPI};

    switch (unit_random(4)) {
    case 0: range.start = LOW_END + unit_random(0x70000); break;
    case 1: range.start = MIB(25) + unit_random((uint32_t)(ram.low - MIB(25))); break;
    case 2: range.start = ram.low - unit_random(0x100000); break;
    default: range.start = HIGH + unit_random((uint32_t)MIB(2048));
    }
    range.size = 1 + unit_random(unit_random(2) ? 0x1000 : 0x90000);
    return range;
}

static void machine(void)
{
    ram.low = MIB(64) + 4096ull * unit_random((3072 - 64) * 256);
    ram.high = unit_random(2) ? 4096ull * unit_random(1024 * 256) : 0;
    boot.reserved_count = unit_random(RESERVED + 1);
    for (unsigned i = 0; i < boot.reserved_count; i++)
        reserved[i] = reserve();
    verify(
        (void *)(host +
                 load(LINUX_OK, "a kernel that fits", "what was wrong with the map?").boot_params));
}

int main(int argc, char **argv)
{
    unit_seed(argc, argv);
    make_bzimage(image);
    host = mmap(NULL, MIB(4096), PROT_READ | PROT_WRITE,
                MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
    if (host == MAP_FAILED)
        return 3;
    ram.at = ram_at;
    for (unsigned i = 0; i < 300; i++)
        machine();

    boot.reserved_count = 0;
    ram.high = 0;
    ram.low = MIB(1) - 4096 * unit_random(200);
    load(LINUX_NO_RAM, "a machine without RAM above 1 MiB", "look at ram->low before you draw");
    ram.low = MIB(64);
    boot.reserved_count = 1;
    reserved[0] = (struct e820_entry){unit_random(LOW_END), 1, E820_RESERVED};
    load(LINUX_RESERVED, "a reserved byte where boot_params and the command line go",
         "e820_is_ram() of the first LOW_END bytes, at the very end");
    reserved[0] = (struct e820_entry){UINT64_MAX - 4095, 8192, E820_RESERVED};
    load(LINUX_RESERVED, "a reserved range that ends beyond 2^64",
         "e820_set() returns false when it can't do it");
    return 0;
}
