// Holds a CPU's thread for a moment before each KVM_RUN, so that most presses of the key come when
// the CPU is just outside of the guest. And nobody asks the CPUs from time to time whether they
// have halted, which would bring them out. Linked into the program with
// --wrap=ioctl,--wrap=cpus_halted.

#include <linux/kvm.h>
#include <stdarg.h>
#include <stdbool.h>
#include <time.h>

#define DELAY_NS 50000000

int __real_ioctl(int fd, unsigned long request, ...);
int __wrap_ioctl(int fd, unsigned long request, ...);
bool __wrap_cpus_halted(void *rounds, void *cpus, unsigned count);

bool __wrap_cpus_halted(void *rounds, void *cpus, unsigned count)
{
    (void)rounds, (void)cpus, (void)count;
    return false;
}

int __wrap_ioctl(int fd, unsigned long request, ...)
{
    struct timespec left = {.tv_nsec = DELAY_NS};
    va_list args;
    void *argument;

    va_start(args, request);
    argument = va_arg(args, void *);
    va_end(args);
    // A signal that comes now is gone when KVM_RUN begins.
    while (request == KVM_RUN && nanosleep(&left, &left) != 0)
        ;
    return __real_ioctl(fd, request, argument);
}
