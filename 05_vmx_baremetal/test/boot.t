#!/bin/sh
# From the boot sector to C: what the loader reads, checks and refuses.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

# sector NUMBER FILE: writes the file's bytes over a sector of the image
sector() {
    dd if="$2" of="$tmp/disk.img" bs=512 seek="$1" conv=notrunc status=none
}

# refused SENTENCE WHAT [OPTION]...: the loader ends the machine with the status of bad input
refused() {
    sentence=$1 what=$2
    shift 2
    machine "$@"
    like "$out" "$sentence" "$what: a sentence"
    is "$status" 2 "$what: status 2"
    unlike "$out" "kernel:" "$what: the kernel was not started"
}

# A payload of 3 MiB: an image of several cylinders that can be cut short.
dd if=/dev/urandom of="$tmp/large" bs=1024 count=3000 status=none
image "guest=hello" large="$tmp/large"
cp "$tmp/disk.img" "$tmp/intact.img"
is "$(od -An -tx1 -j510 -N2 "$tmp/disk.img")" " 55 aa" "the boot signature"
is "$(od -An -tu4 -j454 -N4 "$tmp/disk.img" | tr -d ' ')" 1 \
    "the partition begins behind the boot sector"
is "$(od -An -tu4 -j458 -N4 "$tmp/disk.img" | tr -d ' ')" \
    $(($(stat -c %s "$tmp/disk.img") / 512 - 1)) "and is the rest of the disk"

machine
is "$status" 0 "an intact image: status 0"
like "$out" '^\[05\] load large \.\.\. ok$' "every file is loaded"
like "$out" '^\[05\] kernel: page tables.* ok$' "the kernel runs"

truncate -s $((516096 * 4)) "$tmp/disk.img"
refused 'load large \.\.\. the disk cannot be read to its end' "cut short"

cp "$tmp/intact.img" "$tmp/disk.img"
printf X | dd of="$tmp/disk.img" bs=1 seek=1500000 conv=notrunc status=none
refused 'load large \.\.\. the checksum does not match' "a byte changed"

# Numbers in the table, the table's own checksum being right.
while IFS='|' read -r field value sentence; do
    cp "$tmp/intact.img" "$tmp/disk.img"
    "$build/test/tools/damage" "$tmp/disk.img" "$field" "$value" || echo "not ok - damage $field"
    refused "$sentence" "$field = $value"
done <<'END'
large.size|2999999|load large [.]{3} the checksum does not match
large.size|3100000|load large [.]{3} the checksum does not match
large.size|200000000|load large [.]{3} the disk cannot be read
large.size|0x40000001|load large [.]{3} it does not fit below 1 GiB
large.size|0xFFFFFFFF|load large [.]{3} it does not fit below 1 GiB
large.size|0x3FD01000|load large [.]{3} it does not fit below 1 GiB
large.sector|100|load large [.]{3} the checksum does not match
large.sector|0xFFFFFFF0|load large [.]{3} the disk cannot be read
large.checksum|0|load large [.]{3} the checksum does not match
hypervisor.address|0x7000|load hypervisor [.]{3} it wants to go where no file can
hypervisor.address|0x100010|load hypervisor [.]{3} it wants to go where no file can
large.address|0xFFFFF000|load large [.]{3} it does not fit below 1 GiB
large.address|0x20000000|load large [.]{3} the machine has no memory
version|2|the image table has another version
count|0|the image table lists no file, or more
count|128|the image table lists no file, or more
END

cp "$tmp/intact.img" "$tmp/disk.img"
printf X | dd of="$tmp/disk.img" bs=1 seek=$((56 * 512 + 36)) conv=notrunc status=none
refused 'the image table is damaged: its checksum' "a byte of the table changed"

head -c 512 /dev/zero >"$tmp/zeros"
cp "$tmp/intact.img" "$tmp/disk.img"
sector 56 "$tmp/zeros"
refused 'the disk has no image table' "no table"

cp "$tmp/intact.img" "$tmp/disk.img"
refused 'load large [.]{3} the machine has no memory where it has to go' \
    "a machine of 5 MiB, and a file that ends there" --memory 5

# hole MIB: that one is not there, says the BIOS
hole() {
    cp "$tmp/intact.img" "$tmp/disk.img"
    head -c 512 "$tmp/intact.img" >"$tmp/boot"
    sector 1 "$tmp/boot"
    sector 0 "$build/test/tools/hole.bin"
    # shellcheck disable=SC2059  # a byte, by its octal number
    printf "\\$(printf %o "$1")" | dd of="$tmp/disk.img" bs=1 seek=2 conv=notrunc status=none
}
hole 2
refused 'load hypervisor [.]{3} the machine has no memory where it has to go' "a hole where .bss goes"
hole 3
refused 'load symbols [.]{3} the machine has no memory where it has to go' "a hole where files go"

# Half a MiB more than there is room for before the gap.
dd if=/dev/urandom of="$tmp/larger" bs=1024 count=5632 status=none
image "guest=hello" large="$tmp/larger"
cp "$tmp/disk.img" "$tmp/intact.img"
hole 15
machine
like "$out" '^Hello KVM!$' "a hole at 15 MiB, as in old machines: the guest"
is "$status" 0 "status 0"
hole 16
refused 'load large [.]{3} the machine has no memory where it has to go' "a hole where a large file goes"
cp "$tmp/intact.img" "$tmp/disk.img"
refused 'load large [.]{3} the machine has no memory where it has to go' "a large file on a machine of 16 MiB" --memory 16

# QEMU without KVM: quicker than Bochs, and without VT-x.
machine --machine tcg
like "$out" '^\[05\] this processor has no VT-x' "no VT-x: a sentence"
is "$status" 5 "no VT-x: status 5"
is "$(printf "%s\n" "$out" | grep -c .)" 1 "no VT-x: one sentence"

for feature in lm:"no 64-bit mode" nx:"no page can be protected"; do
    printf '#!/bin/sh\nexec qemu-system-x86_64 "$@" -cpu max,-%s\n' "${feature%%:*}" >"$tmp/qemu"
    chmod +x "$tmp/qemu"
    QEMU=$tmp/qemu machine --machine tcg
    like "$out" "${feature#*:}" "a processor without ${feature%%:*}: a sentence"
    is "$status" 5 "a processor without ${feature%%:*}: status 5"
done

# The sentence is on the screen as well (text memory: a character, then its colour, 7), and a USB
# stick is a disk too.
qemu() {
    timeout -k 5 600 qemu-system-x86_64 -accel tcg -cpu max -m 256 -nodefaults -display none \
        -no-reboot "$@"
}
screen() {
    { tr -d '\000\007' <"$tmp/screen"; } 2>/dev/null
}
{
    for _ in $(seq 300); do
        sleep 1
        echo "pmemsave 0xb8000 4000 \"$tmp/screen\""
        ! screen | grep -q VT-x || break
    done
    echo quit
} |
    qemu -vga std -no-shutdown -monitor stdio \
        -drive "file=$tmp/disk.img,format=raw,snapshot=on" >"$tmp/monitor"
like "$(screen)" '\[05\] this processor has no VT-x' \
    "no VT-x: a sentence on the screen"
out=$(qemu -device qemu-xhci -device usb-storage,drive=stick -serial stdio \
    -drive "if=none,id=stick,file=$tmp/disk.img,format=raw,snapshot=on" </dev/null)
like "$out" 'this processor has no VT-x' "a USB stick boots as far"

truncate -s 512 "$tmp/disk.img"
machine --machine tcg
like "$out" '^\[05\] boot: cannot read the loader' "nothing but a boot sector: a sentence"
is "$status" 2 "nothing but a boot sector: status 2"

# The same image where KVM lends its guests VT-x.
cp "$tmp/intact.img" "$tmp/disk.img"
machine --machine qemu
case $err in
*'no nested VT-x here'*) skip "the ladder in QEMU" "needs nested VT-x" ;;
*) is "$status" 0 "the ladder in QEMU: status 0" ;;
esac

run 900 make -s "BUILD=$build" run
is "$status" 0 "make run: status 0"
like "$out" '^Hello KVM!' "make run: the guest of stage 01"

while read -r setting expected; do
    run 60 make -s "BUILD=$build" run "$setting"
    like "$status:$err" "^2:.*[*] $setting: expected ${expected}[.]  Stop[.]$" "make run $setting: a sentence"
    is "$out" "" "make run $setting: and nothing runs"
done <<'END'
STATS=yes 0 or 1
X2APIC=off 0 or 1
TRACE=2 0 or 1
COST=0 1 or series
FIRMWARE=UEFI bios or uefi
MACHINE=kvm auto or qemu or bochs or tcg
END
run 60 make -s -n "BUILD=$build" all STATS=1 X2APIC=0 TRACE= COST=series FIRMWARE=uefi MACHINE=tcg
is "$status:$err" "0:" "make: what each of them takes"
done_testing
