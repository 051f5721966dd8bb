// hvctl: talks to our hypervisor from inside the guest, by VMCALL. A program of the guest's
// initramfs, /bin/hvctl; any user may run it, as VMCALL works at every privilege level. Poweroff
// is for root.
//
//      hvctl hello      says which hypervisor this is
//      hvctl stats      VM exits by reason
//      hvctl poweroff   ends the machine at once, without a word to the kernel
//      hvctl call N     any call by its number: what does the hypervisor answer?
//
// Exit status: 0, or 1 if the hypervisor refused, 2 bad usage, 5 this isn't our hypervisor.

#include <cpuid.h>
#include <errno.h>
#include <inttypes.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/io.h>

#include "common/pc/acpi/acpi.h"
#include "common/pc/hypercall.h"
#include "common/pc/x86.h"

#define MAX_ROWS 256  // more exit reasons than any CPU has

enum { STATUS_REFUSED = 1, STATUS_USAGE = 2, STATUS_NO_HYPERVISOR = 5 };

// The registers of a call, in both directions.
struct registers {
    uint64_t rax, rbx, rcx, rdx, rsi, rdi;
};

static void vmcall(struct registers *r)
{
    __asm__ volatile("vmcall"
                     : "+a"(r->rax), "+b"(r->rbx), "+c"(r->rcx), "+d"(r->rdx), "+S"(r->rsi),
                       "+D"(r->rdi)
                     :
                     : "memory", "cc");
}

static int usage(void)
{
    fputs("usage: hvctl hello | stats | poweroff | call NUMBER\n", stderr);
    return STATUS_USAGE;
}

static bool parse_number(const char *text, uint64_t *number)
{
    char *end;

    errno = 0;
    *number = strtoull(text, &end, 0);
    return text[0] >= '0' && text[0] <= '9' && *end == '\0' && errno == 0;
}

static int refused(const char *call, int64_t error)
{
    fprintf(stderr, "hvctl: %s: the hypervisor answers %" PRId64 "%s\n", call, error,
            error == HYPERCALL_UNKNOWN  ? ", unknown call"
            : error == HYPERCALL_DENIED ? ", only for those who may use ports: root"
                                        : "");
    return STATUS_REFUSED;
}

static int no_hypervisor(const char *found)
{
    fprintf(stderr, "hvctl: needs the hypervisor %s, version %u of its calls; here is %s\n",
            HYPERVISOR_SIGNATURE, HYPERCALL_VERSION, found);
    return STATUS_NO_HYPERVISOR;
}

// Is it safe to execute VMCALL? Real hardware has nothing at the hypervisor leaves, and Intel's
// answers with the data of another leaf; bit 31 of leaf 1 says whether they mean anything.
static int find_hypervisor(void)
{
    uint32_t eax, ebx, ecx, edx, highest, signature[3];
    char found[64];

    if (!__get_cpuid(1, &eax, &ebx, &ecx, &edx) || !(ecx & CPUID_1_ECX_HYPERVISOR))
        return no_hypervisor("none");
    __cpuid(HYPERVISOR_LEAF_SIGNATURE, highest, signature[0], signature[1], signature[2]);
    if (memcmp(signature, HYPERVISOR_SIGNATURE, sizeof(signature)) != 0) {
        snprintf(found, sizeof(found), "\"%.12s\"", (const char *)signature);
        return no_hypervisor(found);
    }
    eax = 0;
    if (highest >= HYPERVISOR_LEAF_VERSION)
        __cpuid(HYPERVISOR_LEAF_VERSION, eax, ebx, ecx, edx);
    if (eax != HYPERCALL_VERSION) {
        snprintf(found, sizeof(found), "version %" PRIu32, eax);
        return no_hypervisor(found);
    }
    return 0;
}

static int hello(uint64_t unused)
{
    struct registers r = {.rax = HYPERCALL_HELLO};

    (void)unused;
    vmcall(&r);
    if (r.rax != 0)
        return refused("hello", (int64_t)r.rax);
    printf("%s, version %" PRIu64 " of its calls\n", HYPERVISOR_SIGNATURE, r.rbx);
    return 0;
}

struct row {
    char name[HYPERCALL_NAME_SIZE + 1];
    uint64_t exits;
};

// One row of the table, or the error of the call.
static int64_t stats_row(uint64_t reason, struct row *row)
{
    struct registers r = {.rax = HYPERCALL_STATS, .rbx = reason};
    uint64_t name[HYPERCALL_NAME_SIZE / 8];

    vmcall(&r);
    if (r.rax != 0)
        return (int64_t)r.rax;
    memcpy(name, (uint64_t[]){r.rcx, r.rdx, r.rsi, r.rdi}, sizeof(name));
    memcpy(row->name, name, HYPERCALL_NAME_SIZE);
    row->name[HYPERCALL_NAME_SIZE] = '\0';
    row->exits = r.rbx;
    return 0;
}

static int more_exits_first(const void *a, const void *b)
{
    const struct row *x = a, *y = b;

    return (x->exits < y->exits) - (x->exits > y->exits);
}

// Asking costs exits as well: the VMCALL row grows while the table is read.
static int stats(uint64_t unused)
{
    static struct row rows[MAX_ROWS];
    uint64_t total = 0;
    size_t count = 0;
    int64_t error = 0;

    (void)unused;
    for (uint64_t reason = 0; reason < MAX_ROWS && error == 0; reason++) {
        error = stats_row(reason, &rows[count]);
        if (error == 0 && rows[count].exits > 0)
            total += rows[count++].exits;
    }
    if (error != HYPERCALL_END)
        return refused("stats", error);
    qsort(rows, count, sizeof(rows[0]), more_exits_first);
    printf("%-*s %14s\n", HYPERCALL_NAME_SIZE, "VM exits", "count");
    for (size_t i = 0; i < count; i++)
        printf("%-*s %14" PRIu64 "\n", HYPERCALL_NAME_SIZE, rows[i].name, rows[i].exits);
    printf("%-*s %14" PRIu64 "\n", HYPERCALL_NAME_SIZE, "all", total);
    return 0;
}

// The kernel says who may: without its consent the hypervisor refuses.
static int poweroff(uint64_t unused)
{
    struct registers r = {.rax = HYPERCALL_POWEROFF};

    (void)unused;
    ioperm(ACPI_PM1A_CONTROL, 1, 1);
    vmcall(&r);
    return refused("poweroff", (int64_t)r.rax);  // we are still here
}

static int call(uint64_t number)
{
    struct registers r = {.rax = number};

    vmcall(&r);
    if (r.rax != 0)
        return refused("call", (int64_t)r.rax);
    puts("0");
    return 0;
}

static const struct command {
    const char *name;
    int (*run)(uint64_t argument);
    int arguments;
} commands[] = {
    {"hello", hello, 0}, {"stats", stats, 0}, {"poweroff", poweroff, 0}, {"call", call, 1}};

// Usage errors come before the search for the hypervisor: they are errors everywhere.
int main(int argc, char **argv)
{
    for (size_t i = 0; argc > 1 && i < sizeof(commands) / sizeof(commands[0]); i++) {
        const struct command *command = &commands[i];
        uint64_t argument = 0;
        int status;

        if (strcmp(argv[1], command->name) != 0)
            continue;
        if (argc != 2 + command->arguments || (argc == 3 && !parse_number(argv[2], &argument)))
            return usage();
        status = find_hypervisor();
        return status ? status : command->run(argument);
    }
    return usage();
}
