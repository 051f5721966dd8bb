// Counting exits.

#include "common/kvm/exits/stats.h"

#include <inttypes.h>
#include <string.h>
#include <time.h>

#include "common/kvm/exits/exit.h"

#define NOBODY (STATS_PORTS - 1)  // the counter of ports that are in no row

static uint64_t now(void)
{
    struct timespec time;

    clock_gettime(CLOCK_MONOTONIC, &time);
    return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static uint64_t to_ms(uint64_t ns)
{
    return ns / 1000000;
}

void stats_start(struct stats *stats)
{
    memset(stats, 0, sizeof(*stats));
    stats->start = now();
}

void stats_count(struct stats *stats, const struct kvm_run *run, const struct port_range *map,
                 size_t count)
{
    uint32_t reason = run->exit_reason;
    const struct port_range *range;
    size_t row;

    stats->exits++;
    stats->reasons[reason < STATS_REASONS ? reason : STATS_REASONS - 1]++;
    if (reason != KVM_EXIT_IO)
        return;
    range = port_find(map, count, run->io.port);
    row = range && range - map < NOBODY ? (size_t)(range - map) : NOBODY;
    (run->io.direction == KVM_EXIT_IO_OUT ? stats->outs : stats->ins)[row]++;
}

void stats_ready(struct stats *stats)
{
    if (stats->ready_time)
        return;
    stats->ready_time = now() - stats->start;
    stats->ready_exits = stats->exits;
}

// "IO" for KVM_EXIT_IO.
static const char *reason_name(uint32_t reason)
{
    const char *name = exit_name(reason);

    return strncmp(name, "KVM_EXIT_", 9) == 0 ? name + 9 : name;
}

static const char *row_name(const struct port_range *map, size_t row)
{
    return row == NOBODY ? "nobody's ports" : map[row].name;
}

// The rows of the port map that exist, and NOBODY behind them.
static size_t next_row(size_t row, size_t count)
{
    return row + 1 < count && row + 1 < NOBODY ? row + 1 : row == NOBODY ? STATS_PORTS : NOBODY;
}

static void print_ports(FILE *to, const struct stats *stats, const struct port_range *map,
                        size_t count)
{
    const char *separator = " (";

    for (size_t row = count ? 0 : NOBODY; row < STATS_PORTS; row = next_row(row, count)) {
        uint64_t accesses = stats->ins[row] + stats->outs[row];

        if (!accesses)
            continue;
        fprintf(to, "%s%s %" PRIu64, separator, row_name(map, row), accesses);
        separator = ", ";
    }
    fputc(')', to);
}

void stats_print_line(FILE *to, const struct stats *stats, const struct port_range *map,
                      size_t count)
{
    const char *separator = ": ";

    fprintf(to, "%" PRIu64 " exits in %" PRIu64 " ms", stats->exits, to_ms(now() - stats->start));
    for (uint32_t reason = 0; reason < STATS_REASONS; reason++) {
        if (!stats->reasons[reason])
            continue;
        fprintf(to, "%s%s %" PRIu64, separator, reason_name(reason), stats->reasons[reason]);
        if (reason == KVM_EXIT_IO)
            print_ports(to, stats, map, count);
        separator = ", ";
    }
    fputc('\n', to);
}

void stats_print_table(FILE *to, const struct stats *stats, const struct port_range *map,
                       size_t count)
{
    if (stats->ready_time)
        fprintf(to, "ready in %" PRIu64 " ms, %" PRIu64 " exits\n", to_ms(stats->ready_time),
                stats->ready_exits);
    fprintf(to, "%-28s %12s\n", "exits", "all");
    for (uint32_t reason = 0; reason < STATS_REASONS; reason++)
        if (stats->reasons[reason])
            fprintf(to, "  %-26s %12" PRIu64 "\n", reason_name(reason), stats->reasons[reason]);
    fprintf(to, "%-28s %12s %12s\n", "ports", "in", "out");
    for (size_t row = count ? 0 : NOBODY; row < STATS_PORTS; row = next_row(row, count))
        if (stats->ins[row] + stats->outs[row])
            fprintf(to, "  %-26s %12" PRIu64 " %12" PRIu64 "\n", row_name(map, row),
                    stats->ins[row], stats->outs[row]);
}
