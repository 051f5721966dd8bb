#!/bin/sh
# Stock Linux, the kernel and initramfs of stage 04, on our own hypervisor: somebody logs in, works,
# and powers off; then two more ways to end.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

guest=../common/build/guest
seconds=1500

# linux [PARAMETER]...: an image of it, with the disk $vda if that is set. The parameters that are always there only save time in an
# emulator; test/tools/kernels.sh does without.
linux() {
    image "$(printf 'guest=linux\nstats=1\ncmdline=%s' \
        "console=ttyS0 nokaslr mitigations=off cryptomgr.notests=1 $*")" \
        kernel="${KERNEL:-$guest/vmlinuz}" initrd="${INITRD:-$guest/initrd.gz}" ${vda:+"disk=$vda"}
}

# A kernel of our own, without an initrd; it loads the segments that the boot protocol promises.
make -s -C ../04_serial BUILD=build build/test/echo.bin >&2 || exit 1
image guest=linux kernel=../04_serial/build/test/echo.bin
printf 'text\005\004' >"$tmp/typed"
# shellcheck disable=SC2016  # for the inner shell
run 900 sh -c '"$1" --timeout 850 "$2" <"$3"' sh "$lab" "$tmp/disk.img" "$tmp/typed"
like "$(printf '%s\n' "$out" | tr -d '\r')" '^text\.*$' "a GDT, __BOOT_CS and __BOOT_DS; what is typed comes back"
dots=$(printf '%s\n' "$out" | tr -cd . | wc -c)
[ "$dots" -ge 8192 ]
ok $? "8,192 bytes, each by an interrupt, with no other that could wake the CPU: $dots"
is "$status" 0 "status 0"

image guest=linux kernel=test/linux.t
machine
like "$out" 'kernel: has no "HdrS" .*expected a bzImage or a vmlinux$' "no kernel: the loader's sentence"
is "$status" 2 "status 2: bad input"

# Disks that are none, and one that is too large. What make says of its own comes behind the line.
head -c 511 /dev/zero >"$tmp/511"
image guest=linux kernel="${KERNEL:-$guest/vmlinuz}" disk="$tmp/511"
machine
like "$out" '^.05. .*disk: has 511 bytes, expected a disk image of whole sectors of 512 bytes$' "half a sector: a sentence"
is "$status" 2 "half a sector: status 2"
dd if=/dev/null of="$tmp/large" bs=1M seek=64 2>/dev/null
image guest=linux kernel="${KERNEL:-$guest/vmlinuz}" disk="$tmp/large"
machine --memory 64
like "$out" 'load disk \.\.\. the machine has no memory where it has to go, give it more$' "a disk of all its memory: a sentence"
is "$status" 2 "a disk of all its memory: status 2"
dd if=/dev/null of="$tmp/large" bs=1M seek=1024 2>/dev/null
: >"$tmp/empty"
run 900 make -s "BUILD=$tmp/uefi" GUEST=linux all
is "$status" 0 "no disk: an image"
while IFS='|' read -r file sentence; do
    run 900 make -s "BUILD=$tmp/uefi" GUEST=linux DISK="$tmp/$file" all
    is "$status" 2 "DISK=$file: status 2"
    like "$(printf '%s\n' "$err" | head -n 1)" "/${file%,ro}: $sentence" "DISK=$file: a sentence"
    is "$(printf '%s\n' "$err" | grep -cv '^make')" 1 "DISK=$file: one line"
done <<'END'
none|No such file or directory, expected a file for the image$
none,ro|No such file or directory, expected a file for the image$
empty|is empty, expected a file for the image$
.|is a directory, expected a file for the image$
large|has 1073741824 bytes, expected a file for the image of 0 to [0-9]+ bytes$
END

stage=$PWD
cd "$tmp" || exit 1
run 900 make -s -C "$stage" "BUILD=$tmp/uefi" GUEST=linux DISK=empty,ro all
like "$err" "/empty: is empty, expected a file for the image" "make -C: DISK= is a file of the folder where it was typed"
cd "$stage" || exit 1

needs_linux

# A disk with a file in it; without mkfs.ext4, one with nothing.
DATA=
head -c 1048576 /dev/zero >"$tmp/copy.img"
if command -v mkfs.ext4 >/dev/null; then
    vda=$tmp/vda.img
    DATA=$tmp/root/data
    mkdir "$tmp/root"
    head -c 200000 /dev/urandom >"$DATA"
    head -c 2097152 /dev/zero >"$vda"
    mkfs.ext4 -q -O ^has_journal -d "$tmp/root" "$vda"
    cp "$vda" "$tmp/copy.img"
else
    skip "a file on its disk" "mkfs.ext4 is missing"
fi
export DATA
linux
timeout -k 5 $((2 * seconds)) expect test/tools/linux.exp "$build/test/clock.bin" \
    "$lab" --timeout $((2 * seconds - 10)) "$tmp/disk.img" >"$tmp/tap"
status=$?
awk -v number="$tap_run" '/^1\.\./ { next } /^(not )?ok / { sub(/ok [0-9]+/, "ok " ++number) } { print }' "$tmp/tap"
tap_run=$((tap_run + $(grep -cE '^(not )?ok ' "$tmp/tap")))
is "$status" 0 "somebody works with it, from login to poweroff"

[ -z "$DATA" ] || is "$(md5sum <"$vda")" "$(md5sum <"$tmp/copy.img")" "nothing of what was written is in the file"

vda=
linux 'quiet run="hvctl poweroff; echo still here"'
run $seconds "$lab" --timeout $((seconds - 10)) "$tmp/disk.img"
like "$out" 'guest: user space is up' "another boot"
is "$status" 0 "hvctl poweroff: status 0"
like "$out" '^\[05\] +1 VMCALL' "at the first call"
unlike "$out" '(still here|Power down)' "and at once"
exits=$(printf '%s\n' "$out" | sed -n 's/.*the guest is done after \([0-9]*\) exits.*/\1/p')
case $(../common/guest/get-kernel) in # a faster machine than Bochs has fewer of the timer
*/vmlinuz-6.1.*) most=40000 ;;        # 29,727
*) most=60000 ;;                      # 47,473 of 6.12
esac
[ "${exits:-$most}" -lt $most ]
ok $? "a boot takes fewer than $most exits: ${exits:-no number}"

linux 'quiet nolapic run="cat /proc/interrupts; reboot -f"'
run $seconds "$lab" --timeout $((seconds - 10)) "$tmp/disk.img"
like "$out" ' 0: +[1-9][0-9]* +XT-PIC +timer' "nolapic: the timer comes by the 8259s"
like "$out" 'LOC: +0 ' "and not by the local APIC"
like "$out" 'reboot: Restarting system' "reboot"
like "$out" '^\[05\] vmx off \.\.\. ok' "the hypervisor is alive"
is "$status" 3 "status 3: the guest asks for a reset"

# Linux where there is no BIOS.
run $seconds make -s "BUILD=$tmp/uefi" FIRMWARE=uefi MACHINE=bochs GUEST=linux DISK="$tmp/copy.img,ro" \
    CMDLINE='console=ttyS0 nokaslr mitigations=off cryptomgr.notests=1 quiet run="md5sum </mnt/data; cat /sys/block/vda/ro; hvctl poweroff"' run
out=$(printf '%s\n' "$out" | tr -d '\r')
like "$out" '^.05. boot: from UEFI' "from UEFI"
like "$out" 'guest: user space is up' "from UEFI: Linux is up"
is "$status" 0 "from UEFI: it powers off, status 0"
[ -z "$DATA" ] || like "$out" "^$(md5sum <"$DATA" | cut -c 1-32)  -$" "from UEFI: a file on its disk"
like "$out" '^1$' "from UEFI: which is read-only"

linux
machine --memory 64
like "$out" 'kernel: needs more memory .*expected at least: [0-9]+ bytes$' "too little memory: how much it takes"
is "$status" 2 "status 2: bad input"
done_testing
