#!/bin/sh
# QEMU 10.0 (Debian 13) and 11.1, TCG: INVD and WBINVD do nothing in ring 3, where they are #GP; 7.2
# (Debian 12) does it right. Intel SDM, Volume 2, "INVD" and "WBINVD": "#GP(0) If the current privilege
# level is not 0." In a table of the decoder they stand among the instructions for everybody.
#
# A program in user space of Linux executes each, and says whether the kernel sent it a SIGSEGV.
#
# Needs the release's qemu-system-x86, and busybox-static, cpio, gcc and libc6-dev.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
curl -sfo kernel.deb http://deb.debian.org/debian-security/pool/updates/main/l/linux-signed-amd64/linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb
dpkg-deb -x kernel.deb kernel

cat >ring3.c <<'END'
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>

static sigjmp_buf back;

static void fault(int number)
{
    siglongjmp(back, number);
}

int main(void)
{
    signal(SIGSEGV, fault);
    if (!sigsetjmp(back, 1)) {
        __asm__ volatile("invd");
        printf("INVD runs, ");
    } else {
        printf("INVD faults, ");
    }
    if (!sigsetjmp(back, 1)) {
        __asm__ volatile("wbinvd");
        printf("WBINVD runs\n");
    } else {
        printf("WBINVD faults\n");
    }
    return 0;
}
END
gcc -static -o ring3 ring3.c
mkdir -p root/bin
cp "$(command -v busybox)" root/bin/busybox
cp ring3 root/
cat >root/init <<'END'
#!/bin/busybox sh
/bin/busybox mkdir -p /dev
/bin/busybox mount -t devtmpfs devtmpfs /dev
echo "answer: $(/ring3)" >/dev/ttyS0
/bin/busybox poweroff -f
END
chmod +x root/init
(cd root && find . | cpio --quiet -o -H newc) >initrd
version=$(qemu-system-x86_64 --version | sed -n 's/^QEMU emulator version \([0-9]*\.[0-9]*\).*/\1/p')
answer=$(timeout 600 qemu-system-x86_64 -accel tcg -cpu qemu64 -m 512 -nodefaults -display none \
    -no-reboot -serial stdio -kernel kernel/boot/vmlinuz-* -initrd initrd \
    -append "console=ttyS0 quiet panic=-1" </dev/null | tr -d '\r' | sed -n 's/^answer: //p')
echo "QEMU $version: $answer"
case $version in
10.* | 11.*) [ "$answer" = "INVD runs, WBINVD runs" ] ;;
*) [ "$answer" = "INVD faults, WBINVD faults" ] ;;
esac
