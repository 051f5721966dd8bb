// Writes the tables of acpi_tables.h, and answers at the registers that they announce.

#include "common/pc/acpi/acpi.h"

#include <string.h>

#include "common/pc/acpi/acpi_tables.h"
#include "common/pc/apic/io_apic.h"
#include "common/pc/keyboard.h"
#include "common/pc/pci/bus.h"
#include "common/pc/virtio/device.h"

// The interrupt by which ACPI hardware calls the kernel. Ours has nothing to say and never does.
#define SCI_IRQ 9

// The value of SLP_TYP that means "soft off". Any would do: the guest reads it from the DSDT.
#define S5_SLP_TYP 5

// The DSDT's program, in ASL: Name (\_S5, Package (4) {5, 5, 0, 0}). That is, "to enter sleeping
// state S5, write 5 to SLP_TYP of PM1a, and of PM1b if there were one". Below is the same in AML,
// which the kernel interprets. ACPI Specification, "System \_S5 State (Soft Off)", "AML
// Grammar Definition".
// clang-format off
static const uint8_t dsdt_off[] = {
    0x08,                      // NameOp
    '\\', '_', 'S', '5', '_',  // RootChar, NameSeg: four characters
    0x12, 8,                   // PackageOp, PkgLength: bytes from here to the end
    4,                         // NumElements
    0x0A, S5_SLP_TYP,          // BytePrefix, SLP_TYPa
    0x0A, S5_SLP_TYP,          // BytePrefix, SLP_TYPb
    0x00, 0x00,                // ZeroOp, ZeroOp: reserved
};
// clang-format on

// A virtio device without a bus, under the name that Linux' driver looks for. Nothing leads to it
// but this, and Debian's kernels don't take it from their command line. In ASL:
//
//     Device (\_SB.VIO0) {
//         Name (_HID, "LNRO0005")
//         Name (_UID, 0)
//         Name (_CRS, ResourceTemplate () {
//             Memory32Fixed (ReadWrite, 0xD0000000, 0x1000)
//             Interrupt (ResourceConsumer, Edge, ActiveHigh, Exclusive) {10} })
//     }
//
// And a PCI bus, and the addresses that its bridge lets through. There is no _PRT, which would say
// where the functions' interrupt lines lead: they have none.
//
//     Device (\_SB.PCI0) {
//         Name (_HID, EisaId ("PNP0A03"))
//         Name (_CRS, ResourceTemplate () {
//             WordBusNumber (ResourceProducer, MinFixed, MaxFixed, PosDecode, 0, 0, 0, 0, 1)
//             WordIO (ResourceProducer, MinFixed, MaxFixed, PosDecode, EntireRange,
//                     0, 0xC000, 0xCFFF, 0, 0x1000)
//             DWordMemory (ResourceProducer, PosDecode, MinFixed, MaxFixed, NonCacheable,
//             ReadWrite,
//                          0, 0xD0000000, 0xD00FFFFF, 0, 0x100000) })
//     }
//
// clang-format off
#define LE16(value) (uint8_t)(value), (uint8_t)((value) >> 8)
#define LE32(value) LE16(value), LE16((value) >> 16)

static const uint8_t dsdt_virtio[] = {
    0x5B, 0x82, 63,                                    // DeviceOp, PkgLength
    '.', '_', 'S', 'B', '_', 'V', 'I', 'O', '0',       // DualNamePrefix, two NameSegs
    0x08, '_', 'H', 'I', 'D',                          // NameOp, NameSeg
    0x0D, 'L', 'N', 'R', 'O', '0', '0', '0', '5', 0,   // StringPrefix
    0x08, '_', 'U', 'I', 'D', 0x00,                    // ZeroOp
    0x08, '_', 'C', 'R', 'S', 0x11, 26, 0x0A, 23,      // BufferOp, PkgLength, its size
    0x86, 9, 0, 1, LE32(VIRTIO_GPA), LE32(VIRTIO_PAGE),  // Memory32Fixed: writable, where, length
    0x89, 6, 0, 3, 1, LE32(VIRTIO_IRQ),                // Interrupt: consumer, edge; one
    0x79, 0,                                           // EndTag
};

// What the windows to the bus have in common: fixed at both ends, and the bridge hands them on.
#define WINDOW 0x0C

static const uint8_t dsdt_pci[] = {
    0x5B, 0x82, 0x4B, 0x05,                            // DeviceOp, PkgLength: 5Bh
    '.', '_', 'S', 'B', '_', 'P', 'C', 'I', '0',       // DualNamePrefix, two NameSegs
    0x08, '_', 'H', 'I', 'D',                          // NameOp, NameSeg
    0x0C, 0x41, 0xD0, 0x0A, 0x03,                      // DWordPrefix, PNP0A03 in four bytes
    0x08, '_', 'C', 'R', 'S', 0x11, 0x40, 0x04, 0x0A, 60,  // BufferOp, PkgLength: 40h, its size
    0x88, 13, 0, 2, WINDOW, 0,                         // WordBusNumber: granularity,
    LE16(0), LE16(0), LE16(0), LE16(0), LE16(1),       // first, last, offset, how many
    0x88, 13, 0, 1, WINDOW, 3,                         // WordIO
    LE16(0), LE16(PCI_PORT), LE16(PCI_PORT_LAST), LE16(0), LE16(PCI_PORT_LAST - PCI_PORT + 1),
    0x87, 23, 0, 0, WINDOW, 1,                         // DWordMemory: writable
    LE32(0), LE32(PCI_MEMORY), LE32(PCI_MEMORY_LAST), LE32(0),
    LE32(PCI_MEMORY_LAST - PCI_MEMORY + 1),
    0x79, 0,                                           // EndTag
};
_Static_assert(sizeof(dsdt_virtio) == 2 + 63 && sizeof(dsdt_pci) == 2 + 0x5B, "their PkgLengths");
// clang-format on

// Where the next table goes. There is always room: see the assertion below.
struct writer {
    uint8_t *buffer;
    uint64_t gpa;
    size_t used;
};

_Static_assert(64 + sizeof(struct acpi_facs) + sizeof(struct acpi_header) + sizeof(dsdt_off) +
                       sizeof(dsdt_pci) + sizeof(struct acpi_fadt) + sizeof(struct acpi_madt) +
                       ACPI_MAX_CPUS * sizeof(struct acpi_madt_cpu) +
                       sizeof(struct acpi_madt_io_apic) + sizeof(struct acpi_madt_override) +
                       sizeof(struct acpi_xsdt) + 4 * 16 <=
                   ACPI_SIZE,
               "all tables and their alignment fit");

static void append(struct writer *writer, const void *bytes, size_t size)
{
    memcpy(writer->buffer + writer->used, bytes, size);
    writer->used += size;
}

// The byte that makes the sum of all `size` bytes 0, which is all that ACPI's checksums are.
static uint8_t checksum(const void *bytes, size_t size)
{
    uint8_t sum = 0;

    for (size_t i = 0; i < size; i++)
        sum += ((const uint8_t *)bytes)[i];
    return -sum;
}

// Texts fill their fields; no zero follows.
static struct acpi_header header(const char *signature, uint8_t revision)
{
    struct acpi_header header = {.revision = revision, .oem_revision = 1, .creator_revision = 1};

    memcpy(header.signature, signature, sizeof(header.signature));
    memcpy(header.oem_id, "HVSBS ", sizeof(header.oem_id));
    memcpy(header.oem_table_id, "STEPBYST", sizeof(header.oem_table_id));
    memcpy(header.creator_id, "HVSB", sizeof(header.creator_id));
    return header;
}

// A table begins on a multiple of 16 bytes; returns its offset.
static size_t table_begin(struct writer *writer)
{
    writer->used = (writer->used + 15) & ~(size_t)15;
    return writer->used;
}

// It ends here: fills in length and checksum. Returns its guest-physical address.
static uint64_t table_end(struct writer *writer, size_t start)
{
    struct acpi_header *table = (struct acpi_header *)(writer->buffer + start);

    table->length = writer->used - start;
    table->checksum = checksum(table, table->length);
    return writer->gpa + start;
}

static uint64_t write_facs(struct writer *writer)
{
    struct acpi_facs facs = {.length = sizeof(facs), .version = 2};
    uint64_t gpa = writer->gpa + writer->used;

    memcpy(facs.signature, "FACS", sizeof(facs.signature));
    append(writer, &facs, sizeof(facs));
    return gpa;
}

static uint64_t write_dsdt(struct writer *writer, enum acpi_bus bus)
{
    struct acpi_header dsdt = header("DSDT", 2);
    size_t start = table_begin(writer);

    append(writer, &dsdt, sizeof(dsdt));
    append(writer, dsdt_off, sizeof(dsdt_off));
    if (bus == ACPI_VIRTIO)
        append(writer, dsdt_virtio, sizeof(dsdt_virtio));
    if (bus == ACPI_PCI)
        append(writer, dsdt_pci, sizeof(dsdt_pci));
    return table_end(writer, start);
}

// A port of `bytes` bytes, as the FADT's extended fields want it.
static struct acpi_address io_port(uint16_t first, uint8_t bytes)
{
    return (struct acpi_address){.space = 1, .bits = bytes * 8, .access = bytes, .address = first};
}

// SMI_CMD is 0: there is no firmware to take the hardware over from, it is in ACPI mode already.
static uint64_t write_fadt(struct writer *writer, uint64_t facs, uint64_t dsdt)
{
    struct acpi_fadt fadt = {
        .header = header("FACP", 6),
        .minor_version = 0,
        .facs = facs,
        .dsdt = dsdt,
        .x_dsdt = dsdt,
        .sci_irq = SCI_IRQ,
        .pm1a_event = ACPI_PM1A_STATUS,
        .pm1_event_length = 4,
        .x_pm1a_event = io_port(ACPI_PM1A_STATUS, 4),
        .pm1a_control = ACPI_PM1A_CONTROL,
        .pm1_control_length = 2,
        .x_pm1a_control = io_port(ACPI_PM1A_CONTROL, 2),
        .boot_flags = FADT_BOOT_LEGACY | FADT_BOOT_NO_VGA | FADT_BOOT_NO_RTC,
        .flags = FADT_WBINVD | FADT_POWER_BUTTON | FADT_SLEEP_BUTTON | FADT_RESET_SUPPORT,
        .reset_register = io_port(KEYBOARD_COMMAND, 1),
        .reset_value = KEYBOARD_RESET,
    };
    size_t start = table_begin(writer);

    fadt.x_pm1a_event.access = 2;  // two registers of a word, side by side
    append(writer, &fadt, sizeof(fadt));
    return table_end(writer, start);
}

// ISA interrupt N is input N of the I/O APIC. That is the default of ACPI's and of KVM's, and holds
// for the timer too, though many a PC has it at input 2. What isn't the default is an override: the
// SCI is level-triggered, while ISA interrupts are edge-triggered.
static uint64_t write_madt(struct writer *writer, unsigned cpus)
{
    struct acpi_madt madt = {header("APIC", 4), .local_apic = APIC_GPA, .flags = MADT_8259};
    struct acpi_madt_io_apic io_apic = {
        .type = 1, .length = sizeof(io_apic), .address = IO_APIC_GPA, .first_gsi = 0};
    struct acpi_madt_override sci = {
        .type = 2, .length = sizeof(sci), .irq = SCI_IRQ, .gsi = SCI_IRQ, .flags = MADT_LEVEL_HIGH};
    size_t start = table_begin(writer);

    append(writer, &madt, sizeof(madt));
    for (unsigned id = 0; id < cpus; id++) {
        struct acpi_madt_cpu cpu = {.type = 0,
                                    .length = sizeof(cpu),
                                    .processor_uid = id,
                                    .apic_id = id,
                                    .flags = MADT_ENABLED};
        append(writer, &cpu, sizeof(cpu));
    }
    append(writer, &io_apic, sizeof(io_apic));
    append(writer, &sci, sizeof(sci));
    return table_end(writer, start);
}

static uint64_t write_xsdt(struct writer *writer, uint64_t fadt, uint64_t madt)
{
    struct acpi_xsdt xsdt = {header("XSDT", 1), {fadt, madt}};
    size_t start = table_begin(writer);

    append(writer, &xsdt, sizeof(xsdt));
    return table_end(writer, start);
}

static void write_rsdp(uint8_t *at, uint64_t xsdt)
{
    struct acpi_rsdp rsdp = {.revision = 2, .length = sizeof(rsdp), .xsdt = xsdt};

    memcpy(rsdp.signature, "RSD PTR ", sizeof(rsdp.signature));
    memcpy(rsdp.oem_id, "HVSBS ", sizeof(rsdp.oem_id));
    rsdp.checksum = checksum(&rsdp, offsetof(struct acpi_rsdp, length));
    rsdp.extended_checksum = checksum(&rsdp, sizeof(rsdp));
    memcpy(at, &rsdp, sizeof(rsdp));
}

size_t acpi_write_tables(uint8_t *buffer, uint64_t gpa, unsigned cpus, enum acpi_bus bus)
{
    struct writer writer = {buffer, gpa, 64};  // the RSDP's place; then the FACS, a multiple of 64
    uint64_t facs, dsdt, fadt, madt, xsdt;

    memset(buffer, 0, ACPI_SIZE);
    facs = write_facs(&writer);
    dsdt = write_dsdt(&writer, bus);
    fadt = write_fadt(&writer, facs, dsdt);
    madt = write_madt(&writer, cpus);
    xsdt = write_xsdt(&writer, fadt, madt);
    write_rsdp(buffer, xsdt);
    return writer.used;
}

// PM1 control: SLP_TYP names a sleeping state, SLP_EN enters it; SCI_EN is always set, because the
// machine is always in ACPI mode. ACPI Specification, "PM1 Control Registers".
#define CONTROL_SCI_EN      (1u << 0)
#define CONTROL_SLP_TYP(n)  ((n) << 10)
#define CONTROL_SLP_EN      (1u << 13)
#define CONTROL_SLEEP_FIELD (CONTROL_SLP_TYP(7u) | CONTROL_SLP_EN)

// The two-byte registers, by where the first one is.
enum {
    PM1A_STATUS = 0,
    PM1A_ENABLE = ACPI_PM1A_ENABLE - ACPI_PM1A_STATUS,
    PM1A_CONTROL = ACPI_PM1A_CONTROL - ACPI_PM1A_STATUS,
};

uint32_t acpi_pm1a_in(void *device, uint16_t offset, unsigned size)
{
    const struct acpi_pm1a *pm = device;

    (void)size;
    switch (offset) {
    case PM1A_STATUS: return 0;           // no event ever happened
    case PM1A_ENABLE: return pm->enable;  // Linux checks that its bits are kept
    case PM1A_CONTROL: return (pm->control & ~CONTROL_SLP_EN) | CONTROL_SCI_EN;
    default: return 0xFFFF;
    }
}

void acpi_pm1a_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct acpi_pm1a *pm = device;

    (void)size;
    if (offset == PM1A_ENABLE)
        pm->enable = (uint16_t)value;
    if (offset != PM1A_CONTROL)
        return;
    pm->control = (uint16_t)value;
    if ((value & CONTROL_SLEEP_FIELD) == (CONTROL_SLP_TYP(S5_SLP_TYP) | CONTROL_SLP_EN))
        pm->off = true;
}
