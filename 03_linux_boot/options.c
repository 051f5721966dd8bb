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
// nolapic: take timer interrupts from the 8259, as a PC of 1990. No table says here how interrupts
//   are wired, so Linux would use the local APIC for nothing but passing on what the 8259 sends. It
//   masks that wire for a moment while it sets the APIC up, and KVM forgets a timer interrupt that
//   comes just then. Linux would wait for it for ever. (Stage 04 has the table.)
// reboot=k, panic=-1: reset through the keyboard controller, and do so at once after a panic.
#define DEFAULT_CMDLINE "console=ttyS0 nolapic reboot=k panic=-1"

static const char usage[] =
    "usage: ./vm --kernel FILE [OPTION]...\n"
    "  --kernel FILE   a Linux kernel for x86-64: bzImage (vmlinuz) or ELF vmlinux\n"
    "  --initrd FILE   its initial RAM disk (default: none)\n"
    "  --cmdline TEXT  its command line (default: " DEFAULT_CMDLINE ")\n"
    "  --memory SIZE   RAM, such as 256M, 5G (default: 1G)\n"
    "  --until TEXT    end with status 0 once the guest printed TEXT\n"
    "  --stats         end with a table of the exits\n"
    "  --help          this text\n";

struct options options_parse(int argc, char **argv)
{
    static const struct option names[] = {
        {"kernel", required_argument, NULL, 'k'},  {"initrd", required_argument, NULL, 'i'},
        {"cmdline", required_argument, NULL, 'c'}, {"memory", required_argument, NULL, 'm'},
        {"until", required_argument, NULL, 'u'},   {"stats", no_argument, NULL, 's'},
        {"help", no_argument, NULL, 'h'},          {NULL, 0, NULL, 0},
    };
    struct options options = {.memory = MEMORY_DEFAULT};
    const char *kernel = NULL, *initrd = NULL, *cmdline = DEFAULT_CMDLINE;
    int option;

    while ((option = getopt_long(argc, argv, "", names, NULL)) != -1) {
        switch (option) {
        case 'k': kernel = optarg; break;
        case 'i': initrd = optarg; break;
        case 'c': cmdline = optarg; break;
        case 'm': options.memory = parse_size("--memory", optarg, MEMORY_MIN, MEMORY_MAX); break;
        case 'u': options.until = parse_text("--until", optarg); break;
        case 's': options.stats = true; break;
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
