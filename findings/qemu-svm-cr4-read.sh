#!/bin/sh
# QEMU 10.0.13 (Debian 13) and 11.1.3 (sid), TCG with SVM: whether a guest's read of CR4 is a #VMEXIT is decided by
# the intercept bit of CR0's reads. Where a hypervisor intercepts the reads of CR4 and not those of CR0, the guest
# reads the CR4 that is in the VMCB. QEMU 7.2 (Debian 12) looks at the right bit. AMD64 Architecture Programmer's
# Manual, Volume 2, "VMCB Layout, Control Area": the word at 000h has a bit for the reads of each of CR0 to CR15.
# A guest of KVM finds CR4.MCE set, which KVM keeps on for itself, as soon as its CR0 needs no help.
#
# The program's guest reads its CR4 1,000 times in protected mode, once with CR0 = 60000011h, where KVM intercepts
# CR0 because of the two cache bits, and once with CR0 = 11h, where it doesn't. It always intercepts CR4.
#
# Needs the release's qemu-system-x86, and busybox-static, cpio, xz-utils, gcc and libc6-dev.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
curl -sfo kernel.deb http://deb.debian.org/debian-security/pool/updates/main/l/linux-signed-amd64/linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb
dpkg-deb -x kernel.deb kernel

cat >cr4.c <<'END'
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#define SIZE 4096

static const uint8_t code[] = {
    0x0F, 0x20, 0xE0,  // again: mov eax, cr4
    0xE2, 0xFB,        // loop again
    0xF4,              // hlt
};

static long exits(void)
{
    char text[32] = "";
    int file = open("/sys/kernel/debug/kvm/exits", O_RDONLY);

    if (file < 0 || read(file, text, sizeof(text) - 1) < 1)
        return -1000000;
    close(file);
    return atol(text);
}

static struct kvm_segment segment(uint16_t selector, uint8_t type)
{
    return (struct kvm_segment){.limit = 0xFFFFFFFF, .selector = selector, .type = type,
                                .present = 1, .db = 1, .s = 1, .g = 1};
}

// How many exits a thousand reads are.
static long thousand_reads(uint64_t cr0)
{
    int kvm = open("/dev/kvm", O_RDWR), vm = ioctl(kvm, KVM_CREATE_VM, 0);
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    uint8_t *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct kvm_userspace_memory_region region = {.memory_size = SIZE,
                                                 .userspace_addr = (uintptr_t)memory};
    struct kvm_regs regs = {.rip = 0, .rcx = 1000, .rflags = 2};
    struct kvm_sregs sregs;
    long before = exits();

    memcpy(memory, code, sizeof(code));
    ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
    ioctl(vcpu, KVM_GET_SREGS, &sregs);
    sregs.cs = segment(8, 0xB);
    sregs.ds = sregs.es = sregs.ss = segment(16, 3);
    sregs.cr0 = cr0;
    ioctl(vcpu, KVM_SET_SREGS, &sregs);
    ioctl(vcpu, KVM_SET_REGS, &regs);
    ioctl(vcpu, KVM_RUN, 0);
    ioctl(vcpu, KVM_GET_REGS, &regs);
    if (regs.rcx)
        return -1;
    return exits() - before;
}

int main(void)
{
    long intercepted = thousand_reads(0x60000011), free = thousand_reads(0x11);

    printf("%ld %ld", intercepted, free);
    return 0;
}
END
gcc -static -o cr4 cr4.c
mkdir -p root/bin
cp "$(command -v busybox)" root/bin/busybox
cp cr4 root/
for module in irqbypass kvm kvm-amd; do
    find kernel -name "$module.ko" -exec cp {} root/ \;
done
cat >root/init <<'END'
#!/bin/busybox sh
/bin/busybox mkdir -p /dev /sys
/bin/busybox mount -t devtmpfs devtmpfs /dev
/bin/busybox mount -t sysfs sysfs /sys
/bin/busybox mount -t debugfs debugfs /sys/kernel/debug
for module in irqbypass kvm kvm-amd; do /bin/busybox insmod /$module.ko; done
echo "answer: $(/cr4)" >/dev/ttyS0
/bin/busybox poweroff -f
END
chmod +x root/init
(cd root && find . | cpio --quiet -o -H newc) >initrd
version=$(qemu-system-x86_64 --version | sed -n 's/^QEMU emulator version \([0-9]*\.[0-9]*\).*/\1/p')
answer=$(timeout 600 qemu-system-x86_64 -accel tcg -cpu max,-la57 -m 512 -nodefaults -display none \
    -no-reboot -serial stdio -kernel kernel/boot/vmlinuz-* -initrd initrd \
    -append "console=ttyS0 quiet panic=-1" </dev/null | tr -d '\r' | sed -n 's/^answer: //p')
with=${answer% *} without=${answer#* }
echo "QEMU $version: 1,000 intercepted reads of CR4 are $with exits where CR0's are intercepted too, else $without"
[ "$with" -ge 1000 ]
case $version in
7.2) [ "$without" -ge 1000 ] ;;
*) [ "$without" -ge 0 ] && [ "$without" -lt 100 ] ;;
esac
