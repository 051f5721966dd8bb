// The command line.

#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "common/host/kernel.h"
#include "common/pc/acpi/acpi.h"
#include "virtio/devices.h"

struct options {
    struct kernel kernel;  // with its initrd and its command line
    uint64_t memory;       // bytes of RAM
    unsigned cpus;         // 1 to ACPI_MAX_CPUS
    const char *until;     // end once this was printed; NULL: don't
    bool stats;            // end with a table of the exits
    const char *ready;     // that says how long it took to print this

    struct devices_wanted devices;
};

// Reads the command line and opens what it names. Bad input ends the program with VM_BAD_USAGE.
struct options options_parse(int argc, char **argv);

#endif
