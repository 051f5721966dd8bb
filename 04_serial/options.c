// The command line: every file and number is checked here, before there is a machine.

#include "options.h"

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>

#include "common/host/options.h"
#include "common/kvm/memory.h"
#include "common/status.h"

#define MEMORY_MIN     MIB(2)  // what a kernel needs is much more, and the loader says how much
#define MEMORY_MAX     GIB(512)
#define MEMORY_DEFAULT MIB(1024)

// console=ttyS0: the serial port is all that there is to see.
// panic=-1: reset at once after a panic.
#define DEFAULT_CMDLINE "console=ttyS0 panic=-1"

#define READY_DEFAULT "guest: user space is up"  // common/guest/init says so

static const char usage[] =
    "usage: ./vm --kernel FILE [OPTION]...\n"
    "  --kernel FILE   a Linux kernel for x86-64: bzImage (vmlinuz) or ELF vmlinux\n"
    "  --initrd FILE   its initial RAM disk (default: none)\n"
    "  --cmdline TEXT  its command line (default: " DEFAULT_CMDLINE ")\n"
    "  --memory SIZE   RAM, such as 256M, 5G (default: 1G)\n"
    "  --cpus NUMBER   CPUs (default: 1)\n"
    "  --disk FILE     /dev/vda; FILE,ro: which the guest can't write\n"
    "  --net END       eth0; END: socket=PATH, listen=PATH or tap=NAME\n"
    "  --until TEXT    end with status 0 once the guest printed TEXT\n"
    "  --stats         end with a table of the exits\n"
    "  --ready TEXT    with --stats: how long it took to print TEXT\n"
    "                  (default: '" READY_DEFAULT "')\n"
    "  --help          this text\n"
    "On a terminal, Ctrl-A x ends the virtual machine, and Ctrl-A h shows more.\n";

struct options options_parse(int argc, char **argv)
{
    static const struct option names[] = {
        {"kernel", required_argument, NULL, 'k'},  {"initrd", required_argument, NULL, 'i'},
        {"cmdline", required_argument, NULL, 'c'}, {"memory", required_argument, NULL, 'm'},
        {"until", required_argument, NULL, 'u'},   {"stats", no_argument, NULL, 's'},
        {"ready", required_argument, NULL, 'r'},   {"cpus", required_argument, NULL, 'n'},
        {"disk", required_argument, NULL, 'd'},    {"net", required_argument, NULL, 'e'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    struct options options = {.memory = MEMORY_DEFAULT, .cpus = 1, .ready = READY_DEFAULT};
    const char *kernel = NULL, *initrd = NULL, *cmdline = DEFAULT_CMDLINE;
    int option;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case 'k': kernel = optarg; break;
        case 'i': initrd = optarg; break;
        case 'c': cmdline = optarg; break;
        case 'm': options.memory = parse_size("--memory", optarg, MEMORY_MIN, MEMORY_MAX); break;
        case 'n': options.cpus = parse_number("--cpus", optarg, "CPUs", ACPI_MAX_CPUS); break;
        case 'd': devices_disk_option(&options.devices.disk, optarg); break;
        case 'e': wire_option(&options.devices.net, optarg); break;
        case 'u': options.until = parse_text("--until", optarg); break;
        case 's': options.stats = true; break;
        case 'r': options.ready = parse_text("--ready", optarg); break;
        case 'h': fputs(usage, stdout); exit(VM_POWERED_OFF);
        default: exit(VM_BAD_USAGE);  // getopt_long has said what is wrong
        }
    }
    parse_end(argc, argv);
    if (!kernel)
        bad_usage(
            "--kernel: is missing, expected the file of a Linux kernel (`make run` finds one)");
    options.kernel = kernel_read(kernel, initrd, cmdline, options.memory);
    return options;
}
