// A KVM that refuses, for tests: preloaded into a program (LD_PRELOAD), it answers in the place of
// the device that KVM_DEVICE names.
//
//   KVM_SHIM_OPEN=13     open() fails with errno 13
//   KVM_SHIM_VERSION=11  KVM_GET_API_VERSION returns 11
//   KVM_SHIM_CREATE=16   KVM_CREATE_VM fails with errno 16
//
// With KVM_DEVICE=/dev/null that needs no KVM at all.

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int open(const char *path, int flags, ...);
int ioctl(int fd, unsigned long request, ...);

// True, with errno set, when the environment variable `name` says so.
static int refused(const char *name)
{
    const char *number = getenv(name);

    if (number)
        errno = atoi(number);
    return number != NULL;
}

int open(const char *path, int flags, ...)
{
    const char *device = getenv("KVM_DEVICE");
    va_list args;
    mode_t mode;

    if (device && strcmp(path, device) == 0 && refused("KVM_SHIM_OPEN"))
        return -1;
    va_start(args, flags);
    mode = flags & O_CREAT ? va_arg(args, mode_t) : 0;
    va_end(args);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

int ioctl(int fd, unsigned long request, ...)
{
    unsigned long argument;
    va_list args;

    va_start(args, request);
    argument = va_arg(args, unsigned long);
    va_end(args);
    if (request == KVM_GET_API_VERSION && getenv("KVM_SHIM_VERSION"))
        return atoi(getenv("KVM_SHIM_VERSION"));
    if (request == KVM_CREATE_VM && refused("KVM_SHIM_CREATE"))
        return -1;
    return (int)syscall(SYS_ioctl, fd, request, argument);
}
