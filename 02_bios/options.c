// The command line: every file and number is checked here, before there is a machine.

#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/host/options.h"
#include "common/host/output.h"
#include "common/kvm/memory.h"
#include "common/status.h"

#define DEFAULT_BIOS "/usr/share/seabios/bios-256k.bin"

#define MEMORY_MIN     MIB(2)  // the shadow ends at 1 MiB, and SeaBIOS wants some of what follows
#define MEMORY_MAX     GIB(64)
#define MEMORY_DEFAULT MIB(16)

#define BIOS_MIN KIB(64)  // F000:0000 to F000:FFFF, as in the first PC
#define BIOS_MAX MIB(16)  // below that are the APICs

static const char usage[] =
    "usage: ./vm [OPTION]...\n"
    "  --bios FILE    a BIOS image (default: " DEFAULT_BIOS ")\n"
    "  --memory SIZE  RAM, such as 16M, 1G (default: 16M)\n"
    "  --until TEXT   end with status 0 once the guest printed TEXT\n"
    "  --disk FILE    boot from this disk image, and show the guest's screen instead of the log\n"
    "  --log FILE     write SeaBIOS's log to FILE ('-': standard output, the default without "
    "--disk)\n"
    "  --help         this text\n";

// A BIOS image ends at 4 GiB, and flash chips come in powers of two.
static struct file bios_read(const char *path)
{
    struct file bios = file_read(path, "a BIOS image", BIOS_MIN, BIOS_MAX);

    if (bios.size & (bios.size - 1))
        bad_usage("%s: has %zu bytes, expected a BIOS image of a power of two", path, bios.size);
    return bios;
}

struct options options_parse(int argc, char **argv)
{
    static const struct option names[] = {
        {"bios", required_argument, NULL, 'b'},
        {"memory", required_argument, NULL, 'm'},
        {"until", required_argument, NULL, 'u'},
        {"disk", required_argument, NULL, 'd'},
        {"log", required_argument, NULL, 'l'},
        {"help", no_argument, NULL, 'h'},
        {NULL, 0, NULL, 0},
    };
    struct options options = {.memory = MEMORY_DEFAULT, .log_fd = -1};
    const char *bios = DEFAULT_BIOS, *disk = NULL, *log = NULL;
    int option;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case 'b': bios = optarg; break;
        case 'm': options.memory = parse_size("--memory", optarg, MEMORY_MIN, MEMORY_MAX); break;
        case 'u': options.until = parse_text("--until", optarg); break;
        case 'd': disk = optarg; break;
        case 'l': log = optarg; break;
        case 'h': fputs(usage, stdout); exit(VM_POWERED_OFF);
        default: exit(VM_BAD_USAGE);  // getopt_long has said what is wrong
        }
    }
    parse_end(argc, argv);
    options.bios = bios_read(bios);
    if (disk)
        options.disk = disk_image_open(disk, false);
    if (log || !disk)
        options.log_fd = output_open(log ? log : "-", "a file for the log");
    return options;
}
