// Signals, noted when they come and acted upon between two entries into the guest.

#include "common/host/signals.h"

#include <signal.h>
#include <stdlib.h>
#include <sys/time.h>

#include "common/host/output.h"

#define TICK_US 200000  // 5 Hz: quick for a person, free of cost for the guest

static volatile sig_atomic_t noted;

static void note(int signal)
{
    if (signal == SIGALRM)
        return;
    noted = signal;
    output_abandon();  // perhaps that is what we wait in, and nobody reads it
}

void signals_start(void)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGALRM};
    struct sigaction action = {.sa_handler = note};  // KVM_RUN then fails with EINTR
    struct itimerval tick = {.it_interval = {.tv_usec = TICK_US}, .it_value = {.tv_usec = TICK_US}};

    for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
        sigaction(signals[i], &action, NULL);
    setitimer(ITIMER_REAL, &tick, NULL);
}

void signals_check(void)
{
    if (noted)
        exit(128 + noted);  // the status by which a shell knows a signal; runs atexit functions
}
