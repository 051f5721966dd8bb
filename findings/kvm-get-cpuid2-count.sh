#!/bin/sh
# KVM_GET_CPUID2 of Linux 6.1.192 (Debian 12) does not count what it fills in; that of 6.12.117 (Debian 13)
# does. The caller sets `nent` to the room in the table, the call succeeds, and in 6.1 `nent` still says
# how much room there is. Who then appends an entry at entries[nent], as the KVM API's "nent is the number
# of entries" invites to, finds the table full; who sets the table again hands over all the empty room.
#
# Both kernels run in QEMU, which emulates a CPU with SVM. The program gives a vCPU 3 leaves, and asks for
# the table with room for 256.
#
# Needs qemu-system-x86, busybox-static, cpio, xz-utils, gcc and libc6-dev.
set -eu

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
pool=http://deb.debian.org
fetch() { # fetch NAME URL
    curl -sfo "$1.deb" "$2" && dpkg-deb -x "$1.deb" "$1"
}
fetch 6.1 $pool/debian-security/pool/updates/main/l/linux-signed-amd64/linux-image-6.1.0-56-cloud-amd64_6.1.192-2_amd64.deb
fetch 6.12 $pool/debian/pool/main/l/linux-signed-amd64/linux-image-6.12.117%2bdeb13-cloud-amd64_6.12.117-1_amd64.deb

cat >count.c <<'END'
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>

#define ROOM 256

int main(void)
{
    struct kvm_cpuid2 *table = calloc(1, sizeof(*table) + ROOM * sizeof(table->entries[0]));
    int kvm = open("/dev/kvm", O_RDWR), vm = ioctl(kvm, KVM_CREATE_VM, 0);
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0), set, got;

    table->nent = 3;
    for (unsigned i = 0; i < 3; i++)
        table->entries[i].function = i;
    set = ioctl(vcpu, KVM_SET_CPUID2, table);
    table->nent = ROOM;
    got = ioctl(vcpu, KVM_GET_CPUID2, table);
    printf("set %d, get %d, nent %u\n", set, got, table->nent);
    return 0;
}
END
gcc -static -o count count.c
cat >init <<'END'
#!/bin/busybox sh
/bin/busybox mkdir -p /dev /proc
/bin/busybox mount -t devtmpfs devtmpfs /dev
for module in irqbypass ccp kvm kvm-amd; do
    [ ! -f /$module.ko ] || /bin/busybox insmod /$module.ko
done
echo "answer: $(/count)" >/dev/ttyS0
/bin/busybox poweroff -f
END
chmod +x init

# answer NAME: what the program prints on that kernel.
answer() {
    mkdir -p root/bin
    cp "$(command -v busybox)" root/bin/busybox
    cp init count root/
    for module in irqbypass kvm kvm-amd; do
        file=$(find "$1" -name "$module.ko*" | head -n 1)
        case $file in
        *.xz) xz -dc "$file" >"root/$module.ko" ;;
        *) cp "$file" "root/$module.ko" ;;
        esac
    done
    (cd root && find . | cpio --quiet -o -H newc) >initrd
    timeout 600 qemu-system-x86_64 -accel tcg \
        -cpu max,-la57,-xsave,-avx,-avx2,-f16c,-fma,-vaes,-vpclmulqdq,-mpx,-pku -m 512 -nodefaults \
        -display none -no-reboot -serial stdio -kernel "$1"/boot/vmlinuz-* -initrd initrd \
        -append "console=ttyS0 quiet panic=-1" | tr -d '\r' | sed -n 's/^answer: //p'
    rm -rf root
}
old=$(answer 6.1)
new=$(answer 6.12)
echo "6.1.192:  $old"
echo "6.12.117: $new"
[ "$old" = "set 0, get 0, nent 256" ] && [ "$new" = "set 0, get 0, nent 3" ]
