// What the guest cost: how often it came out, why, and to which ports.
//
// Taught in book/03_linux_boot.

#ifndef COMMON_KVM_STATS_H
#define COMMON_KVM_STATS_H

#include <linux/kvm.h>
#include <stdio.h>

#include "common/pc/port.h"

#define STATS_REASONS 64  // KVM_EXIT_* are small numbers; what is above is counted as the last
#define STATS_PORTS   33  // one for each row of a port map, and the last for ports in none

struct stats {
    uint64_t start;  // ns
    uint64_t exits;
    uint64_t reasons[STATS_REASONS];
    uint64_t ins[STATS_PORTS], outs[STATS_PORTS];
    uint64_t ready_time, ready_exits;  // when the guest was ready; 0: it never was
};

// Starts the clock.
void stats_start(struct stats *stats);

// Counts one exit. `map` of `count` rows says whose port it is.
void stats_count(struct stats *stats, const struct kvm_run *run, const struct port_range *map,
                 size_t count);

// The guest has got where its user wants it: remembers when. Only the first call counts.
void stats_ready(struct stats *stats);

// One line: `1234 exits in 5678 ms: IO 1200 (serial port 1100, nobody 100), MMIO 34`.
void stats_print_line(FILE *to, const struct stats *stats, const struct port_range *map,
                      size_t count);

// The same as a table, reads and writes apart; before it `ready in N ms, E exits`, if it ever was.
void stats_print_table(FILE *to, const struct stats *stats, const struct port_range *map,
                       size_t count);

#endif
