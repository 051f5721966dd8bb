// The clock of rtc.h.

#include "common/kvm/rtc.h"

#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "common/host/clock.h"
#include "common/kvm/kvm.h"
#include "common/pc/cmos.h"
#include "common/status.h"

#define SECOND 1000000u  // in microseconds, as clock_now() counts

struct rtc {
    pthread_mutex_t lock;
    pthread_cond_t changed;  // the guest wants other interrupts, or has taken one
    struct cmos cmos;
    int vm_fd;
    bool line;     // the level of IRQ 8, as KVM heard it last
    bool started;  // the thread
};

struct rtc *rtc_create(int vm_fd, uint64_t low_ram, uint64_t high_ram)
{
    struct rtc *rtc = calloc(1, sizeof(*rtc));  // not on a stack, which the thread may outlive

    if (!rtc) {
        perror("the clock");
        exit(VM_REFUSED);
    }
    pthread_mutex_init(&rtc->lock, NULL);
    pthread_cond_init(&rtc->changed, NULL);
    rtc->vm_fd = vm_fd;
    cmos_reset(&rtc->cmos, clock_now, low_ram, high_ram);
    return rtc;
}

static void interrupt_update(struct rtc *rtc)
{
    bool level = cmos_interrupt(&rtc->cmos);
    struct kvm_irq_level irq = {.irq = CMOS_IRQ, .level = level};

    if (level == rtc->line)
        return;
    rtc->line = level;
    KVM(rtc->vm_fd, KVM_IRQ_LINE, &irq);
}

// Sleeps until the next interrupt is due, or until the guest changes its mind.
static void *rtc_run(void *argument)
{
    struct rtc *rtc = argument;

    pthread_mutex_lock(&rtc->lock);
    for (;;) {
        uint64_t next;

        interrupt_update(rtc);
        next = cmos_next(&rtc->cmos);
        if (next == UINT64_MAX) {
            pthread_cond_wait(&rtc->changed, &rtc->lock);
        } else {
            struct timespec time = {.tv_sec = (time_t)(next / SECOND),
                                    .tv_nsec = (long)(next % SECOND * 1000)};

            pthread_cond_timedwait(&rtc->changed, &rtc->lock, &time);
        }
    }
    return NULL;
}

// Most guests never ask for an interrupt of the clock; the thread starts with the first that does.
// It takes no signals: those are for the threads that run the guest.
static void start(struct rtc *rtc)
{
    sigset_t all, before;
    pthread_t thread;

    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    if (pthread_create(&thread, NULL, rtc_run, rtc) != 0) {
        fprintf(stderr, "the clock: no thread\n");
        exit(VM_REFUSED);
    }
    pthread_detach(thread);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    rtc->started = true;
}

// Behind each access.
static void settle(struct rtc *rtc)
{
    interrupt_update(rtc);
    if (!rtc->started && cmos_next(&rtc->cmos) != UINT64_MAX)
        start(rtc);
    pthread_cond_signal(&rtc->changed);
}

uint32_t rtc_in(void *device, uint16_t offset, unsigned size)
{
    struct rtc *rtc = device;
    uint32_t value;

    pthread_mutex_lock(&rtc->lock);
    value = cmos_in(&rtc->cmos, offset, size);
    settle(rtc);
    pthread_mutex_unlock(&rtc->lock);
    return value;
}

void rtc_out(void *device, uint16_t offset, unsigned size, uint32_t value)
{
    struct rtc *rtc = device;

    pthread_mutex_lock(&rtc->lock);
    cmos_out(&rtc->cmos, offset, size, value);
    settle(rtc);
    pthread_mutex_unlock(&rtc->lock);
}
