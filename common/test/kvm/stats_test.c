// The counters of common/kvm/exits/stats.h and what they print.

#include "common/kvm/exits/stats.h"

#include <stdlib.h>

#include "common/test/tap.h"

static const struct port_range map[] = {
    {0x3F8, 0x3FF, "serial port", NULL, NULL, NULL},
    {0x64, 0x64, "keyboard", NULL, NULL, NULL},
};

static void count_io(struct stats *stats, uint16_t port, uint8_t direction)
{
    struct kvm_run run = {.exit_reason = KVM_EXIT_IO};

    run.io.port = port;
    run.io.direction = direction;
    stats_count(stats, &run, map, 2);
}

static void count(struct stats *stats, uint32_t reason)
{
    struct kvm_run run = {.exit_reason = reason};

    stats_count(stats, &run, map, 2);
}

// What `print` writes about `stats`; the caller frees it.
static char *printed(void (*print)(FILE *, const struct stats *, const struct port_range *, size_t),
                     const struct stats *stats)
{
    char *text;
    size_t size;
    FILE *to = open_memstream(&text, &size);

    print(to, stats, map, 2);
    fclose(to);
    return text;
}

// A line that ends in a text; the numbers of milliseconds before it vary.
static void ends(char *text, const char *end, const char *what)
{
    size_t size = strlen(text), wanted = strlen(end);

    if (!ok(size >= wanted && strcmp(text + size - wanted, end) == 0, "%s", what))
        printf("# got: %s", text);
    free(text);
}

static void contains(char *text, const char *part, const char *what)
{
    if (!ok(strstr(text, part) != NULL, "%s", what))
        printf("# got: %s", text);
    free(text);
}

int main(void)
{
    struct stats stats;

    stats_start(&stats);
    ends(printed(stats_print_line, &stats), " ms\n", "no exits");
    count_io(&stats, 0x3F8, KVM_EXIT_IO_OUT);
    count_io(&stats, 0x3FD, KVM_EXIT_IO_IN);
    count_io(&stats, 0x3FD, KVM_EXIT_IO_IN);
    stats_ready(&stats);
    count_io(&stats, 0x80, KVM_EXIT_IO_OUT);
    count(&stats, KVM_EXIT_MMIO);
    count(&stats, 0xFFFFFFFF);
    stats_ready(&stats);

    is_int(stats.exits, 6, "every exit is counted");
    is_int(stats.ready_exits, 3, "ready: the first time counts");
    ends(printed(stats_print_line, &stats),
         " ms: IO 4 (serial port 3, nobody's ports 1), MMIO 1, unknown exit reason 1\n",
         "the line names reasons and ports, and leaves out what never happened");
    contains(printed(stats_print_table, &stats), " ms, 3 exits\n",
             "the table says when it was ready");
    contains(printed(stats_print_table, &stats),
             "  serial port                           2            1\n", "reads and writes apart");
    contains(printed(stats_print_table, &stats),
             "  nobody's ports                        0            1\n", "and nobody's ports");
    return done_testing();
}
