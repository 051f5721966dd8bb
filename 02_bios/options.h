// The command line.

#ifndef OPTIONS_H
#define OPTIONS_H

#include <stdint.h>

#include "common/host/disk_image.h"
#include "common/host/file.h"

struct options {
    struct file bios;
    uint64_t memory;    // bytes of RAM
    const char *until;  // end once this was printed; NULL: don't
    int log_fd;         // where SeaBIOS's log goes; -1: nowhere
    struct disk_image disk;
};

// Reads the command line and opens what it names. Bad input ends the program with VM_BAD_USAGE.
struct options options_parse(int argc, char **argv);

#endif
