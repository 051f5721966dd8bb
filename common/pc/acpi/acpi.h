// The smallest ACPI that makes a stock kernel's `poweroff` end the program: five tables that say
// which CPUs, interrupt controller and power registers there are, and the registers themselves.
//
//      RSDP --> XSDT --> FADT --> FACS          registers of power management, reset
//                  |        \---> DSDT          \_S5: the value that means "off"
//                  \---> MADT                   local APICs, I/O APIC, the SCI
//
// They describe an ordinary PC. The "hardware-reduced" kind would need still fewer tables, but
// Linux then gives up the PC's fixed interrupts, and with them IRQ 4 and the serial port's input.
//
// Taught in book/04_serial. Source: ACPI Specification, "ACPI Software Programming Model", "ACPI
// Hardware Specification".

#ifndef COMMON_PC_ACPI_H
#define COMMON_PC_ACPI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

// Where a PC's firmware leaves the tables, and where kernels look for the RSDP: on a multiple of
// 16 bytes from 0xE0000 to 1 MiB.
#define ACPI_GPA 0xE0000u

#define ACPI_SIZE     4096  // bytes that are enough for all of these
#define ACPI_MAX_CPUS 64

// What the tables say of other devices: nothing; a virtio device at VIRTIO_GPA with the interrupt
// VIRTIO_IRQ; or a PCI bus with the windows of bus.h, on which the devices are to be found.
enum acpi_bus { ACPI_NO_BUS, ACPI_VIRTIO, ACPI_PCI };

// The power management registers ("PM1 Event Grouping", "PM1 Control Grouping").
#define ACPI_PM1A_STATUS  0x600  // 2 bytes
#define ACPI_PM1A_ENABLE  0x602  // 2 bytes
#define ACPI_PM1A_CONTROL 0x604  // 2 bytes
#define ACPI_PM1A_LAST    0x605

// Writes the tables for `cpus` CPUs, 1 to ACPI_MAX_CPUS, whose APIC ids count from 0, into the
// ACPI_SIZE bytes at `buffer`, which the guest sees at `gpa`, a multiple of 64 below 4 GiB. The
// RSDP comes first. Returns the bytes used.
size_t acpi_write_tables(uint8_t *buffer, uint64_t gpa, unsigned cpus, enum acpi_bus bus);

struct acpi_pm1a {
    uint16_t enable, control;
    bool off;  // the guest has switched the machine off
};

// For a port map: ACPI_PM1A_STATUS to ACPI_PM1A_LAST, two bytes wide. `device` is the struct
// acpi_pm1a.
uint32_t acpi_pm1a_in(void *device, uint16_t offset, unsigned size);
void acpi_pm1a_out(void *device, uint16_t offset, unsigned size, uint32_t value);

#endif
