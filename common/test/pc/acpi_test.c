// The ACPI tables of common/pc/acpi/acpi.h, walked as a kernel walks them: from the RSDP, by
// addresses, checking every sum. If iasl is installed, it must understand them too.

#include <stdlib.h>
#include <unistd.h>

#include "common/pc/acpi/acpi.h"
#include "common/pc/acpi/acpi_tables.h"
#include "common/pc/debug_console.h"
#include "common/pc/keyboard.h"
#include "common/pc/port.h"
#include "common/pc/reset.h"
#include "common/test/tap.h"

static _Alignas(64) uint8_t tables[ACPI_SIZE + 64];

static const void *at(uint64_t gpa)
{
    return tables + (gpa - ACPI_GPA);
}

static bool sums_to_zero(const void *bytes, size_t size)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < size; i++)
        sum += ((const uint8_t *)bytes)[i];
    return sum == 0;
}

// The table at `gpa`, after checking what all tables have in common.
static const void *table_at(uint64_t gpa, const char *signature, size_t used)
{
    const struct acpi_header *table = at(gpa);

    ok(gpa >= ACPI_GPA && gpa % 16 == 0 && gpa + table->length <= ACPI_GPA + used,
       "%s: within the tables, aligned", signature);
    ok(memcmp(table->signature, signature, 4) == 0, "%s: signature", signature);
    ok(sums_to_zero(table, table->length), "%s: checksum", signature);
    return table;
}

static void test_rsdp(size_t used)
{
    const struct acpi_rsdp *rsdp = at(ACPI_GPA);

    ok(memcmp(rsdp->signature, "RSD PTR ", 8) == 0, "RSDP: signature");
    ok(sums_to_zero(rsdp, 20), "RSDP: checksum of revision 0");
    ok(sums_to_zero(rsdp, 36), "RSDP: checksum of revision 2");
    is_int(rsdp->revision, 2, "RSDP: revision");
    is_int(rsdp->length, 36, "RSDP: length");
    ok(rsdp->xsdt > ACPI_GPA && rsdp->xsdt < ACPI_GPA + used, "RSDP: XSDT within the tables");
}

static void test_fadt(const struct acpi_fadt *fadt, size_t used, enum acpi_bus bus)
{
    const struct acpi_facs *facs = at(fadt->facs);
    const uint8_t s5[] = {0x08, 0x5C, '_', 'S', '5', '_', 0x12, 0x08, 0x04, 0x0A, 5, 0x0A, 5, 0, 0};
    const size_t bus_size[] = {[ACPI_VIRTIO] = 65, [ACPI_PCI] = 93};
    const struct acpi_header *dsdt;

    is_int(fadt->header.length, 276, "FADT: length of revision 6");
    is_int(fadt->flags & (1u << 20), 0, "FADT: not hardware-reduced, which would lose IRQ 4");
    is_int(fadt->smi_command, 0, "FADT: in ACPI mode from the start");
    is_int(fadt->boot_flags & (1u << 1), 0, "FADT: no 8042, so that Linux doesn't look for one");
    is_int(fadt->pm1a_event, 0x600, "FADT: PM1a event block");
    is_int(fadt->x_pm1a_event.address, 0x600, "FADT: and its extended address");
    is_int(fadt->pm1_event_length, 4, "FADT: two registers of two bytes");
    is_int(fadt->pm1a_control, 0x604, "FADT: PM1a control block");
    is_int(fadt->x_pm1a_control.address, 0x604, "FADT: and its extended address");
    is_int(fadt->pm1_control_length, 2, "FADT: one register of two bytes");
    is_int(fadt->reset_register.address, KEYBOARD_COMMAND, "FADT: resets through the 8042");
    is_int(fadt->reset_value, KEYBOARD_RESET, "FADT: with its command 0xFE");
    is_int(fadt->facs % 64, 0, "FACS: aligned");
    ok(memcmp(facs->signature, "FACS", 4) == 0 && facs->length == 64, "FACS: signature, length");
    is_int(fadt->x_dsdt, fadt->dsdt, "FADT: both addresses of the DSDT agree");
    dsdt = table_at(fadt->dsdt, "DSDT", used);
    is_int(dsdt->length, sizeof(*dsdt) + sizeof(s5) + bus_size[bus], "DSDT: \\_S5 and a bus");
    ok(memcmp(dsdt + 1, s5, sizeof(s5)) == 0, "DSDT: Name (\\_S5, Package (4) {5, 5, 0, 0})");
}

// The entries of the MADT, each {type, length, ...}.
static void test_madt(const struct acpi_madt *madt, unsigned cpus)
{
    const uint8_t *entry = (const uint8_t *)(madt + 1), *end = (const uint8_t *)madt;
    unsigned found = 0, good = 0, io_apics = 0, overrides = 0, sci = 0;

    is_int(madt->local_apic, 0xFEE00000, "MADT: local APIC");
    for (end += madt->header.length; entry < end && entry[1] >= 2; entry += entry[1]) {
        const struct acpi_madt_cpu *cpu = (const void *)entry;
        const struct acpi_madt_override *override = (const void *)entry;
        const struct acpi_madt_io_apic *io_apic = (const void *)entry;

        if (entry[0] == 0)
            good += cpu->apic_id == found && cpu->processor_uid == found && cpu->flags == 1;
        found += entry[0] == 0;
        io_apics += entry[0] == 1 && io_apic->address == 0xFEC00000 && io_apic->first_gsi == 0;
        overrides += entry[0] == 2;
        sci += entry[0] == 2 && override->irq == 9 && override->gsi == 9 && override->flags == 0xD;
    }
    ok(entry == end, "MADT: the entries fill it exactly");
    is_int(found, cpus, "MADT: %u CPUs", cpus);
    is_int(good, cpus, "MADT: enabled, APIC ids from 0 on");
    is_int(io_apics, 1, "MADT: an I/O APIC");
    is_int(overrides, 1, "MADT: one override: the timer stays at input 0, where KVM connects it");
    is_int(sci, 1, "MADT: it says that the SCI is level-triggered");
}

static void test_tables(unsigned cpus, enum acpi_bus bus)
{
    size_t used;
    const struct acpi_rsdp *rsdp = at(ACPI_GPA);
    const struct acpi_xsdt *xsdt;

    memset(tables, 0xEE, sizeof(tables));
    used = acpi_write_tables(tables, ACPI_GPA, cpus, bus);
    ok(used <= ACPI_SIZE && tables[ACPI_SIZE] == 0xEE, "%u CPUs: %zu bytes", cpus, used);
    test_rsdp(used);
    xsdt = table_at(rsdp->xsdt, "XSDT", used);
    is_int(xsdt->header.length, 36 + 2 * 8, "XSDT: two tables");
    test_fadt(table_at(xsdt->tables[0], "FACP", used), used, bus);
    test_madt(table_at(xsdt->tables[1], "APIC", used), cpus);
}

// Is this in what iasl made of the DSDT, blanks and lines apart?
static void test_asl(const char *directory, const char *text)
{
    char command[1024];

    snprintf(command, sizeof(command), "tr -s ' \\n' ' ' <%s/DSDT.dsl | grep -q '%s'", directory,
             text);
    is_int(system(command), 0, "iasl reads in the DSDT what was meant: %.40s", text);
}

// iasl decompiles each table; anything it finds wrong is in its output. `device` is what it is to
// read in the DSDT.
static void test_iasl(const char *device)
{
    const struct acpi_xsdt *xsdt = at(((const struct acpi_rsdp *)at(ACPI_GPA))->xsdt);
    const struct acpi_fadt *fadt = at(xsdt->tables[0]);
    const struct acpi_header *all[] = {&fadt->header, at(xsdt->tables[1]), at(fadt->dsdt),
                                       &xsdt->header, at(fadt->facs)};
    char directory[] = "/tmp/acpi_test.XXXXXX", command[512], path[64];

    if (system("command -v iasl >/dev/null") != 0) {
        printf("ok %d - iasl reads the tables # SKIP no iasl (package acpica-tools)\n", ++tap_run);
        return;
    }
    if (!ok(mkdtemp(directory) != NULL, "a folder for iasl"))
        return;
    for (unsigned i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
        FILE *file;

        snprintf(path, sizeof(path), "%s/%.4s.dat", directory, all[i]->signature);
        file = fopen(path, "wb");
        ok(file && fwrite(all[i], all[i]->length, 1, file) == 1 && fclose(file) == 0, "%s", path);
        snprintf(command, sizeof(command),
                 "iasl -d %s >%s/out 2>&1 && ! grep -iE 'error|warning|invalid|mismatch|incorrect' "
                 "%s/out %s/%.4s.dsl | grep -v ' 0 Errors'",
                 path, directory, directory, directory, all[i]->signature);
        is_int(system(command), 0, "iasl reads %.4s without complaint", all[i]->signature);
    }
    test_asl(directory,
             "Name (._S5, Package (0x04) // _S5_: S5 System State { 0x05, 0x05, Zero, Zero })");
    test_asl(directory, device);
    snprintf(command, sizeof(command), "rm -r %s", directory);
    is_int(system(command), 0, "clean up");
}

// "PM1 Control Registers", "PM1 Enable Registers".
static struct acpi_pm1a power;
static bool reset;

static const struct port_range map[] = {
    {ACPI_PM1A_STATUS, ACPI_PM1A_LAST, "power management", acpi_pm1a_in, acpi_pm1a_out, &power,
     .width = 2},
    {RESET_CONTROL, RESET_CONTROL, "reset control", NULL, reset_control_out, &reset},
    {PCI_FIRST, PCI_LAST, "PCI, absent", NULL, NULL, NULL, .width = 4},
    {DEBUG_CONSOLE, DEBUG_CONSOLE, "debug console", debug_console_in, NULL, NULL},
};

static uint32_t read_port(uint16_t port, unsigned size)
{
    return port_in(map, sizeof(map) / sizeof(map[0]), port, size);
}

// Writes to a port. Does that switch the machine off, or reset it?
static bool write_port(uint16_t port, unsigned size, uint32_t value)
{
    power.off = reset = false;
    port_out(map, sizeof(map) / sizeof(map[0]), port, size, value);
    return power.off || reset;
}

static void test_registers(void)
{
    is_int(read_port(ACPI_PM1A_STATUS, 2), 0, "PM1 status: no event");
    is_int(write_port(ACPI_PM1A_STATUS, 2, 0xFFFF), 0, "PM1 status: acknowledging is fine");
    is_int(write_port(ACPI_PM1A_ENABLE, 2, 0x0020), 0, "PM1 enable: a write");
    is_int(read_port(ACPI_PM1A_ENABLE, 2), 0x0020, "PM1 enable: is kept");
    is_int(read_port(ACPI_PM1A_CONTROL, 2), 1, "PM1 control: SCI_EN, in ACPI mode");
    is_int(write_port(ACPI_PM1A_CONTROL, 2, 5 << 10 | 1), 0, "S5 without SLP_EN: not yet");
    is_int(read_port(ACPI_PM1A_CONTROL, 2), 5 << 10 | 1, "SLP_TYP is kept");
    is_int(write_port(ACPI_PM1A_CONTROL, 2, 1 << 10 | 1 << 13), 0, "S1: not off");
    is_int(read_port(ACPI_PM1A_CONTROL, 2), 1 << 10 | 1, "SLP_EN reads as 0");
    is_int(write_port(ACPI_PM1A_ENABLE, 2, 5 << 10 | 1 << 13), 0, "wrong register: not off");
    is_int(write_port(ACPI_PM1A_CONTROL, 2, 5 << 10 | 1 << 13 | 1), 1, "S5 and SLP_EN: off");
    is_int(read_port(0x606, 2), 0xFFFF, "behind the registers: nothing");
}

static void test_reset(void)
{
    is_int(write_port(RESET_CONTROL, 1, 0x02), 0, "reset control: which kind, and not yet");
    is_int(write_port(RESET_CONTROL, 1, 0x06), 1, "reset control: now");
    is_int(write_port(PCI_FIRST, 4, 0x80000600), 0, "an address for the PCI bus is no reset");
    is_int(read_port(RESET_CONTROL, 1), 0xFF, "reset control: is not read");
    is_int(read_port(DEBUG_CONSOLE, 1), 0xE9, "debug console: is there");
}

int main(void)
{
    test_tables(1, ACPI_NO_BUS);
    test_tables(4, ACPI_VIRTIO);
    test_iasl("Device (_SB.VIO0) { Name (_HID, \"LNRO0005\").* Name (_UID, Zero) .*"
              "Memory32Fixed (ReadWrite, 0xD0000000, // Address Base 0x00001000, .*"
              "Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive, ,, ) { 0x0000000A, }");
    test_tables(ACPI_MAX_CPUS, ACPI_PCI);
    test_iasl(
        "Device (_SB.PCI0) { Name (_HID, EisaId (\"PNP0A03\").* Name (_CRS, .*"
        "WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0x0000, .* 0x0000, .* "
        "0x0000, .* 0x0000, .* 0x0001, .*"
        "WordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange, 0x0000, .* "
        "0xC000, .* 0xCFFF, .* 0x0000, .* 0x1000, .*"
        "DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable, ReadWrite, "
        "0x00000000, .* 0xD0000000, .* 0xD00FFFFF, .* 0x00000000, .* 0x00100000,");
    test_registers();
    test_reset();
    return done_testing();
}
