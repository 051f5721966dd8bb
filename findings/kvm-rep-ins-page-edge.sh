#!/bin/sh
# KVM of Linux 6.1.192 (Debian 12) and 6.12.117 (13): REP INSW and REP INSD lose what the device gave when
# a page fault comes in the middle. Near the end of a page, KVM's emulator asks the device for more elements
# than still fit into it: it takes the room there, a number of bytes, for a number of elements. Then it stores
# all of them at once, which is a page fault, with RCX and RDI as they were in front of the first. The guest
# maps the page and returns, and KVM asks the device for all of them again. Of a device whose reads have an
# effect, a disk's data port for one, the elements read first are gone. On a CPU each element is read when its
# turn comes, and those before the fault are stored (Intel SDM, Volume 2, "REP/REPE/REPZ/REPNE/REPNZ").
#
# The program's guest reads six doublewords from a port that counts from 1 on, to ten bytes in front of a
# page that isn't present; its page fault handler makes it present. There should be 1 to 6.
#
# Both kernels run in QEMU, which emulates a CPU with SVM. Needs qemu-system-x86, busybox-static, cpio,
# xz-utils, gcc and libc6-dev.
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

cat >edge.c <<'END'
#include <fcntl.h>
#include <linux/kvm.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>

#define SIZE 0x10000
#define CODE 0x1000
#define HANDLER 0x1100
#define DIRECTORY 0x2000
#define TABLE 0x3000
#define GDT 0x4000
#define IDT 0x4100
#define BUFFER 0x5FF6  // ten bytes in front of page 6
#define STACK 0x8000

static const uint8_t code[] = {
    0xF3, 0x6D,  // rep insd
    0xF4,        // hlt
};
static const uint8_t handler[] = {
    0x83, 0xC4, 0x04,                          // add esp, 4: the error code
    0x80, 0x0D, 0x18, 0x30, 0x00, 0x00, 0x01,  // or byte [TABLE + 6 * 4], 1: present
    0x0F, 0x01, 0x3D, 0x00, 0x60, 0x00, 0x00,  // invlpg [0x6000]
    0xCF,                                      // iret
};
static const uint64_t gdt[] = {0, 0x00CF9B000000FFFF, 0x00CF93000000FFFF};
static const uint16_t gate[] = {HANDLER, 8, 0x8E00, 0};

static struct kvm_segment segment(uint16_t selector, uint8_t type)
{
    return (struct kvm_segment){.limit = 0xFFFFFFFF, .selector = selector, .type = type,
                                .present = 1, .db = 1, .s = 1, .g = 1};
}

int main(void)
{
    int kvm = open("/dev/kvm", O_RDWR), vm = ioctl(kvm, KVM_CREATE_VM, 0);
    int vcpu = ioctl(vm, KVM_CREATE_VCPU, 0);
    uint8_t *memory = mmap(NULL, SIZE, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    struct kvm_run *run = mmap(NULL, ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0), PROT_READ | PROT_WRITE,
                               MAP_SHARED, vcpu, 0);
    struct kvm_userspace_memory_region region = {.memory_size = SIZE,
                                                 .userspace_addr = (uintptr_t)memory};
    struct kvm_regs regs = {.rip = CODE, .rflags = 2, .rcx = 6, .rdi = BUFFER, .rdx = 0x10, .rsp = STACK};
    struct kvm_sregs sregs;
    uint32_t next = 1, stored[6];

    memcpy(memory + CODE, code, sizeof(code));
    memcpy(memory + HANDLER, handler, sizeof(handler));
    memcpy(memory + GDT, gdt, sizeof(gdt));
    memcpy(memory + IDT + 14 * sizeof(gate), gate, sizeof(gate));
    *(uint32_t *)(memory + DIRECTORY) = TABLE | 3;
    for (uint32_t page = 0; page < SIZE / 4096; page++)
        ((uint32_t *)(memory + TABLE))[page] = page << 12 | (page == 6 ? 2 : 3);

    ioctl(vm, KVM_SET_USER_MEMORY_REGION, &region);
    ioctl(vcpu, KVM_GET_SREGS, &sregs);
    sregs.cs = segment(8, 0xB);
    sregs.ds = sregs.es = sregs.ss = segment(16, 3);
    sregs.gdt = (struct kvm_dtable){.base = GDT, .limit = sizeof(gdt) - 1};
    sregs.idt = (struct kvm_dtable){.base = IDT, .limit = 15 * sizeof(gate) - 1};
    sregs.cr3 = DIRECTORY;
    sregs.cr0 = 0x80000011;
    ioctl(vcpu, KVM_SET_SREGS, &sregs);
    ioctl(vcpu, KVM_SET_REGS, &regs);
    while (ioctl(vcpu, KVM_RUN, 0) == 0 && run->exit_reason == KVM_EXIT_IO)
        for (uint32_t i = 0; i < run->io.count; i++, next++)
            memcpy((uint8_t *)run + run->io.data_offset + 4 * i, &next, 4);
    memcpy(stored, memory + BUFFER, sizeof(stored));
    printf("exit reason %u, stored", run->exit_reason);
    for (int i = 0; i < 6; i++)
        printf(" %u", stored[i]);
    return 0;
}
END
gcc -static -o edge edge.c
version=$(qemu-system-x86_64 --version | sed -n 's/^QEMU emulator version \([0-9]*\.[0-9]*\).*/\1/p')

# answer KERNEL: what the program says on it.
answer() {
    mkdir -p "root-$1/bin"
    cp "$(command -v busybox)" "root-$1/bin/busybox"
    cp edge "root-$1/"
    for module in irqbypass kvm ccp kvm-amd; do
        find "$1" -name "$module.ko" -exec cp {} "root-$1/" \;
        find "$1" -name "$module.ko.xz" -exec sh -c 'xz -dc "$1" >"$2"' - {} "root-$1/$module.ko" \;
    done
    cat >"root-$1/init" <<'END'
#!/bin/busybox sh
/bin/busybox mkdir -p /dev
/bin/busybox mount -t devtmpfs devtmpfs /dev
for module in irqbypass kvm ccp kvm-amd; do /bin/busybox insmod /$module.ko 2>/dev/null; done
echo "answer: $(/edge)" >/dev/ttyS0
/bin/busybox poweroff -f
END
    chmod +x "root-$1/init"
    (cd "root-$1" && find . | cpio --quiet -o -H newc) >"initrd-$1"
    timeout 600 qemu-system-x86_64 -accel tcg -m 512 -nodefaults -display none -no-reboot \
        -cpu max,-la57,-xsave,-avx,-avx2,-f16c,-fma,-vaes,-vpclmulqdq,-mpx,-pku \
        -serial stdio -kernel "$1"/boot/vmlinuz-* -initrd "initrd-$1" \
        -append "console=ttyS0 quiet panic=-1" </dev/null | tr -d '\r' | sed -n 's/^answer: //p'
}
for kernel in 6.1 6.12; do
    seen=$(answer $kernel)
    echo "KVM of Linux $kernel in QEMU $version: $seen"
    [ "$seen" = "exit reason 5, stored 7 8 9 10 11 12" ]
done
