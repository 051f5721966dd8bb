// ACPI's tables as the specification draws them, in the order of its chapter "ACPI System
// Description Tables"; each structure carries its section's title. Numbers are little endian, as on
// the machine that runs this. Only the bits that are used have names.

#ifndef COMMON_PC_ACPI_TABLES_H
#define COMMON_PC_ACPI_TABLES_H

#include <stddef.h>
#include <stdint.h>

// "Root System Description Pointer (RSDP)"
struct acpi_rsdp {
    char signature[8];
    uint8_t checksum;  // over the 20 bytes of revision 0
    char oem_id[6];
    uint8_t revision;
    uint32_t rsdt;  // the 32-bit table of tables: absent
    uint32_t length;
    uint64_t xsdt;
    uint8_t extended_checksum;  // over all
    uint8_t reserved[3];
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_rsdp) == 36, "RSDP");
_Static_assert(offsetof(struct acpi_rsdp, length) == 20, "RSDP of revision 0");

// "System Description Table Header"
struct acpi_header {
    char signature[4];
    uint32_t length;  // of the whole table
    uint8_t revision;
    uint8_t checksum;  // makes the sum of all bytes 0
    char oem_id[6];
    char oem_table_id[8];
    uint32_t oem_revision;
    char creator_id[4];
    uint32_t creator_revision;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_header) == 36, "table header");

// "Extended System Description Table (XSDT)"
struct acpi_xsdt {
    struct acpi_header header;
    uint64_t tables[2];
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_xsdt) == 52, "XSDT");

// "Generic Address Structure"
struct acpi_address {
    uint8_t space;  // 1: an I/O port
    uint8_t bits;
    uint8_t offset;
    uint8_t access;  // 1: bytes, 2: words
    uint64_t address;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_address) == 12, "GAS");

// "Fixed ACPI Description Table (FADT)". Blocks appear twice, as a 32-bit port and as an address
// structure; 0 means that the machine lacks the block.
struct acpi_fadt {
    struct acpi_header header;
    uint32_t facs, dsdt;
    uint8_t reserved1, preferred_profile;
    uint16_t sci_irq;
    uint32_t smi_command;
    uint8_t acpi_enable, acpi_disable, s4bios, pstate_control;
    uint32_t pm1a_event, pm1b_event, pm1a_control, pm1b_control, pm2_control, pm_timer, gpe0, gpe1;
    uint8_t pm1_event_length, pm1_control_length, pm2_control_length, pm_timer_length;
    uint8_t gpe0_length, gpe1_length, gpe1_base, cstate_control;
    uint16_t c2_latency, c3_latency, flush_size, flush_stride;
    uint8_t duty_offset, duty_width, day_alarm, month_alarm, century;
    uint16_t boot_flags;
    uint8_t reserved2;
    uint32_t flags;
    struct acpi_address reset_register;
    uint8_t reset_value;
    uint16_t arm_flags;
    uint8_t minor_version;
    uint64_t x_facs, x_dsdt;
    struct acpi_address x_pm1a_event, x_pm1b_event, x_pm1a_control, x_pm1b_control, x_pm2_control;
    struct acpi_address x_pm_timer, x_gpe0, x_gpe1, sleep_control, sleep_status;
    uint64_t hypervisor;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_fadt) == 276, "FADT of revision 6");
_Static_assert(offsetof(struct acpi_fadt, flags) == 112, "FADT flags");
_Static_assert(offsetof(struct acpi_fadt, x_pm1a_event) == 148, "FADT extended addresses");

#define FADT_BOOT_LEGACY   (1u << 0)  // there are devices that no table lists: the serial port
#define FADT_BOOT_NO_VGA   (1u << 2)
#define FADT_BOOT_NO_RTC   (1u << 5)
#define FADT_WBINVD        (1u << 0)  // the instruction works; required
#define FADT_POWER_BUTTON  (1u << 4)  // set: there is no fixed power button
#define FADT_SLEEP_BUTTON  (1u << 5)  // set: there is no fixed sleep button
#define FADT_RESET_SUPPORT (1u << 10)

// "Firmware ACPI Control Structure (FACS)": a mailbox for sleep states. Required, and unused.
struct acpi_facs {
    char signature[4];
    uint32_t length, hardware_signature, waking_vector, global_lock, flags;
    uint64_t x_waking_vector;
    uint8_t version, reserved[31];
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_facs) == 64, "FACS");

// "Multiple APIC Description Table (MADT)", and its entries "Processor Local APIC Structure",
// "I/O APIC Structure", "Interrupt Source Override Structure".
struct acpi_madt {
    struct acpi_header header;
    uint32_t local_apic;
    uint32_t flags;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt) == 44, "MADT");

struct acpi_madt_cpu {
    uint8_t type, length, processor_uid, apic_id;
    uint32_t flags;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_cpu) == 8, "MADT local APIC");

struct acpi_madt_io_apic {
    uint8_t type, length, id, reserved;
    uint32_t address, first_gsi;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_io_apic) == 12, "MADT I/O APIC");

struct acpi_madt_override {
    uint8_t type, length, bus, irq;
    uint32_t gsi;
    uint16_t flags;
} __attribute__((packed));
_Static_assert(sizeof(struct acpi_madt_override) == 10, "MADT interrupt source override");

#define MADT_8259       (1u << 0)  // the two 8259s of a PC are there too
#define MADT_ENABLED    (1u << 0)
#define MADT_LEVEL_HIGH 0x000D  // level-triggered, active high

#endif
