// The threads of thread.h.

#include "thread.h"

#include <time.h>

#define NANO     1000000000ull  // ns in a second
#define ROUND_NS (NANO / 5)

static void leave(int signal)
{
    (void)signal;  // its arrival is all that it is for
}

void threads_open(void)
{
    struct sigaction action = {.sa_handler = leave};  // no SA_RESTART: KVM_RUN has to return

    sigaction(SIGNAL_LEAVE, &action, NULL);
}

// The signal makes KVM_RUN return; should it arrive just before KVM_RUN, the flag does. Source: KVM
// API, "The kvm_run structure", immediate_exit.
void cpu_join(struct cpu *cpu)
{
    __atomic_store_n(&cpu->vcpu.run->immediate_exit, 1, __ATOMIC_SEQ_CST);
    pthread_kill(cpu->thread, SIGNAL_LEAVE);
    pthread_join(cpu->thread, NULL);
}

enum resume cpu_asked(struct cpu *cpu)
{
    cpu->halted = vcpu_is_halted(&cpu->vcpu);
    return RESUME_RETRY;
}

static uint64_t now_ns(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * NANO + (uint64_t)now.tv_nsec;
}

// If all have halted, twice in a row, then none is left that could wake another. Once wouldn't do:
// the second may have woken the first after that one was asked.
bool cpus_halted(struct rounds *rounds, struct cpu *cpus, unsigned count)
{
    bool before = rounds->halted;

    if (now_ns() - rounds->last < ROUND_NS)
        return false;
    rounds->last = now_ns();
    rounds->halted = true;
    for (unsigned id = 0; id < count; id++) {
        rounds->halted &= cpus[id].halted;
        cpus[id].halted = false;
        pthread_kill(cpus[id].thread, SIGNAL_LEAVE);
    }
    return before && rounds->halted;
}

bool lock_soon(pthread_mutex_t *lock)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++;
    return pthread_mutex_timedlock(lock, &until) == 0;
}
