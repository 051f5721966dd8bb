#!/bin/sh
# QEMU 7.2 (Debian 12), TCG with SVM: VMRUN does not load the interrupt shadow from the VMCB. A guest of
# KVM that was interrupted right behind its STI goes on without the shadow, so that an interrupt gets in
# between STI and the next instruction. With `sti; hlt` the wake-up is then lost, and the guest sleeps
# until some other interrupt comes, or for ever; seen once in some thousand waits, more often on a loaded
# machine. QEMU 10.0 (Debian 13) and 11.1 do it right. AMD64 Architecture Programmer's Manual, Volume 2,
# "Interrupt Shadows": the state is saved at #VMEXIT and restored at VMRUN.
#
# The program's guest stands at the first of two INC BX, interrupts on, in the shadow of an STI, and KVM
# is asked for an interrupt window (exit reason 7): it opens behind the first INC.
#
# Needs the release's qemu-system-x86, and busybox-static, cpio, xz-utils, gcc and libc6-dev.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
curl -sfo kernel.deb http://deb.debian.org/debian-security/pool/updates/main/l/linux-signed-amd64/linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb
dpkg-deb -x kernel.deb kernel

cat >window.c <<'END'
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

int main(void)
{
    int kvm = open("/dev/kvm", O_RDWR), vm = ioctl(kvm, KVM_CREATE_VM, 0);
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0), result;
    uint8_t *memory = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct kvm_run *run = mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE,
                               MAP_SHARED, vcpu, 0);
    struct kvm_userspace_memory_region region = {.memory_size = 4096,
                                                 .userspace_addr = (uintptr_t)memory};
    struct kvm_vcpu_events events;
    struct kvm_sregs sregs;
    struct kvm_regs regs = {.rip = 0, .rflags = 1 << 9 | 1 << 1};

    memory[0] = 0x43;  // inc bx
    memory[1] = 0x43;  // inc bx
    memory[2] = 0xf4;  // hlt
    ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
    ioctl(vcpu, KVM_GET_SREGS, &sregs);
    sregs.cs.base = sregs.cs.selector = 0;
    ioctl(vcpu, KVM_SET_SREGS, &sregs);
    ioctl(vcpu, KVM_SET_REGS, &regs);
    ioctl(vcpu, KVM_GET_VCPU_EVENTS, &events);
    events.interrupt.shadow = KVM_X86_SHADOW_INT_STI;
    events.flags = KVM_VCPUEVENT_VALID_SHADOW;
    ioctl(vcpu, KVM_SET_VCPU_EVENTS, &events);
    run->request_interrupt_window = 1;
    result = ioctl(vcpu, KVM_RUN, 0);
    ioctl(vcpu, KVM_GET_REGS, &regs);
    printf("run %d, exit reason %u, bx %llu\n", result, run->exit_reason, regs.rbx);
    return 0;
}
END
gcc -static -o window window.c
mkdir -p root/bin
cp "$(command -v busybox)" root/bin/busybox
cp window root/
for module in irqbypass kvm kvm-amd; do
    find kernel -name "$module.ko" -exec cp {} root/ \;
done
cat >root/init <<'END'
#!/bin/busybox sh
/bin/busybox mkdir -p /dev
/bin/busybox mount -t devtmpfs devtmpfs /dev
for module in irqbypass kvm kvm-amd; do /bin/busybox insmod /$module.ko; done
echo "answer: $(/window)" >/dev/ttyS0
/bin/busybox poweroff -f
END
chmod +x root/init
(cd root && find . | cpio --quiet -o -H newc) >initrd
version=$(qemu-system-x86_64 --version | sed -n 's/^QEMU emulator version \([0-9]*\.[0-9]*\).*/\1/p')
answer=$(timeout 600 qemu-system-x86_64 -accel tcg -cpu max,-la57 -m 512 -nodefaults -display none \
    -no-reboot -serial stdio -kernel kernel/boot/vmlinuz-* -initrd initrd \
    -append "console=ttyS0 quiet panic=-1" </dev/null | tr -d '\r' | sed -n 's/^answer: //p')
echo "QEMU $version: $answer"
case $version in
7.2) [ "$answer" = "run 0, exit reason 7, bx 0" ] ;;
*) [ "$answer" = "run 0, exit reason 7, bx 1" ] ;;
esac
