// The checked ioctl of kvm.h, and opening /dev/kvm with an answer for each way it can fail.

#include "common/kvm/kvm.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

int kvm_ioctl(int fd, unsigned long request, const char *name, unsigned long argument,
              const char *file, int line)
{
    int result = ioctl(fd, request, argument);

    if (result < 0) {
        fprintf(stderr, "%s:%d: %s: %s\n", file, line, name, strerror(errno));
        exit(VM_REFUSED);
    }
    return result;
}

// What to do when open() failed with `error`.
static const char *open_mend(int error)
{
    switch (error) {
    case EACCES:
    case EPERM:
        return "you may not use it; join its group with `sudo usermod -aG kvm $USER` and log in\n"
               "  again, for now `sudo setfacl -m u:$USER:rw /dev/kvm`";
    case ENOENT:
        return "this kernel offers no KVM; `sudo modprobe kvm_intel` (or kvm_amd), or turn on\n"
               "  VT-x or AMD-V in the firmware";
    case ENODEV:
        return "KVM is there, the CPU's virtualisation is not; turn on VT-x or AMD-V in the\n"
               "  firmware";
    default: return "`make doctor` looks closer";
    }
}

int kvm_open(void)
{
    const char *path = getenv("KVM_DEVICE") ? getenv("KVM_DEVICE") : "/dev/kvm";
    int fd = open(path, O_RDWR | O_CLOEXEC);

    if (fd < 0) {
        fprintf(stderr, "%s: %s\n  %s\n", path, strerror(errno), open_mend(errno));
        fprintf(stderr, "  without KVM: `make shell` in the top folder, there the same command\n");
        exit(VM_REFUSED);
    }
    if (ioctl(fd, KVM_GET_API_VERSION, 0) != KVM_API_VERSION) {
        fprintf(stderr, "%s: not a KVM device of API version %d\n  `make doctor` looks closer\n",
                path, KVM_API_VERSION);
        exit(VM_REFUSED);
    }
    return fd;
}
