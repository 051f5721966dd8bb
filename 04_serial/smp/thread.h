// A CPU and the thread that runs it: nearly always inside KVM_RUN. How the program's first thread
// gets a word in.

#ifndef THREAD_H
#define THREAD_H

#include <pthread.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>

#include "common/kvm/vcpu.h"
#include "common/status.h"

#define SIGNAL_LEAVE SIGUSR1  // makes a thread return from KVM_RUN

struct cpu {
    struct vm *vm;
    struct vcpu vcpu;
    pthread_t thread;
    bool halted;  // for good, when it was asked last
};

// What the first thread remembers of its rounds: see cpus_halted().
struct rounds {
    uint64_t last;  // ns
    bool halted;
};

// From here on the signal interrupts KVM_RUN, and does nothing else.
void threads_open(void);

// Brings a CPU's thread home.
void cpu_join(struct cpu *cpu);

// For the CPU's own thread, when it came back without an exit: notes whether the CPU has halted for
// good.
enum resume cpu_asked(struct cpu *cpu);

// Asks each of `count` CPUs, five times a second, whether it has halted for good. True: all of them
// have. Call it often, with the lock held that guards what cpu_asked() notes.
bool cpus_halted(struct rounds *rounds, struct cpu *cpus, unsigned count);

// Takes the lock; false: not within a second.
bool lock_soon(pthread_mutex_t *lock);

#endif
