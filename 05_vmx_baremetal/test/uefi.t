#!/bin/sh
# From UEFI to C: the loader that is a PE file, in Bochs and QEMU with OVMF.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

efi=$build/uefi/bootx64.efi

# efi_image FILE: makes $tmp/disk.img with this application where UEFI looks for it, in the second partition
efi_image() {
    cp "$build/usb.img" "$tmp/disk.img"
    mcopy -o -i "$tmp/disk.img@@$(stat -c %s "$build/disk.img")" "$1" ::/EFI/BOOT/BOOTX64.EFI
}

# Of what is code and data in its objects, that is; the headers are numbers.
is "$(find "$build/uefi" -name '*.o' ! -name headers.o -exec readelf -rW {} + | awk '
    /^Relocation section/ { debug = /[.]debug/ }
    !debug && /R_X86_64_/ && !/_(PC32|PLT32) /')" "" "no address in the loader is absolute"

# The judge of the partition table is a tool of others. It finds a byte that is wrong in either copy.
damage() {  # damage BYTE: changes this one of $tmp/disk.img
    printf X | dd of="$tmp/disk.img" bs=1 seek="$1" conv=notrunc status=none
}
judge() {  # judge OPTION: sets $out
    run 60 env "PATH=$PATH:/usr/sbin" sh -c 'exec sgdisk "$@" 2>&1' sh "$1" "$tmp/disk.img"
}
efi_image "$efi"
judge -v
like "$out" '^No problems found' "the image has a GPT"
unlike "$out" 'Caution|Warning' "with nothing to complain of"
judge -p
like "$out" '^ +1 +40 .* EF02 ' "with a partition for the BIOS loader"
like "$out" '^ +2 .* EF00 ' "and an EFI system partition"
like "$(od -An -tx1 -j446 -N64 -v "$tmp/disk.img" | tr -d '\n')" \
    '^ 00 .. .. .. ee .. .. .. 01 00 00 00( ..){4} 80( ..){3} 00( ..){11}( 00){32}$' \
    "the boot sector's own table has none, and something active for a BIOS"
size=$(stat -c %s "$tmp/disk.img")
for byte in 530 1030 $((size - 500)) $((size - 16800)); do
    cp "$build/usb.img" "$tmp/disk.img"
    damage "$byte"
    judge -v
    like "$out" "CRCs don't match" "byte $byte changed: found by its checksum"
done

# The firmware as a judge: the entries at the start are damaged, those at the end are not.
cp "$build/usb.img" "$tmp/disk.img"
damage 1030
machine --firmware uefi --machine tcg
like "$out" '^\[05\] boot: from UEFI' "a damaged table: UEFI takes its copy"
like "$out" '^\[05\] acpi: tables of "BOCHS " at 0x[0-9a-f]+$' "whose ACPI tables UEFI names"

efi_image "$efi"
machine --firmware uefi --machine bochs
is "$status" 0 "UEFI in Bochs: status 0"
like "$out" '^\[05\] load hello \.\.\. ok$' "the loader has found its files"
like "$out" '^\[05\] the firmware has no frame buffer: from here on only COM1 speaks$' "no frame buffer: a sentence"
like "$out" '^\[05\] boot: from UEFI, console on COM1$' "the first rung names the firmware"
unlike "$out" 'acpi:' "OVMF has no ACPI tables in Bochs, so nothing is said of any"
like "$out" '^\[05\] vmx on.* ok$' "VT-x, which OVMF has left unlocked, is switched on"
like "$out" '^Hello KVM!$' "and the guest of stage 01"
like "$out" '^\[05\] vmx off \.\.\. ok$' "to the end"

machine --firmware uefi --machine bochs --memory 5120
is "$status" 0 "a machine of 5 GiB: status 0"
like "$out" '^Hello KVM!$' "a machine of 5 GiB: the guest"

machine --machine bochs
is "$status" 0 "the same image on a BIOS: status 0"
like "$out" '^\[05\] boot: from a BIOS, console on COM1 and the screen$' "the first rung names that"
like "$out" '^Hello KVM!$' "and the guest of stage 01"

machine --firmware uefi --machine tcg
like "$out" 'this CPU has no VT-x' "no VT-x: a sentence"
is "$status" 5 "no VT-x: status 5"

# Chips that a PC may lack today.
for chip in pic:'no pair of 8259s' pit:'no 8254 timer that counts'; do
    printf '#!/bin/sh\nexec %s "$@" -machine pc,%s=off\n' "${QEMU:-qemu-system-x86_64}" "${chip%%:*}" >"$tmp/qemu"
    chmod +x "$tmp/qemu"
    QEMU=$tmp/qemu machine --firmware uefi --machine tcg
    like "$out" "this machine has ${chip#*:}" "${chip%%:*}=off: a sentence"
    is "$status" 5 "${chip%%:*}=off: status 5"
done

# The same on a frame buffer, of a machine that has no serial port.
# frame MEMORY COMMAND: QEMU's monitor saves the frame buffer by this command, until it shows the end. Sets
# $screen.
frame() {
    {
        for _ in $(seq 300); do
            echo "$2"
            sleep 2
            [ ! -e "$tmp/pixels" ] || pixels_convert
            ! "$build/test/tools/screen_text" "$tmp/screen" 2>/dev/null | grep -q 'VT-' || break
        done
        echo quit
    } |
        timeout -k 5 600 qemu-system-x86_64 -accel tcg -cpu max -m "$1" -nodefaults -display none \
            -no-reboot -no-shutdown -vga std -monitor stdio -bios "${OVMF:-/usr/share/ovmf/OVMF.fd}" \
            -drive "file=$tmp/disk.img,format=raw,snapshot=on" >"$tmp/monitor"
    screen=$("$build/test/tools/screen_text" "$tmp/screen" | sed 's/ *$//')
}
frame 256 "screendump \"$tmp/screen\""
like "$screen" '^\[05\] boot: from UEFI, console on the screen$' "a frame buffer, no COM1: the first rung"
like "$screen" '^\[05\] kernel: page tables.* ok$' "a frame buffer: seen from the kernel's page tables too"
like "$screen" 'this CPU has no VT-' "a frame buffer: the refusal"

# One above 4 GiB, which is memory: see high.c. Four bytes a pixel become the three of a picture.
pixels_convert() {
    perl -0777 -pe 's/(...)./$1/gs; $_ = "P6 640 400 255\n$_"' "$tmp/pixels" >"$tmp/screen"
}
efi_image "$build/test/tools/high.efi"
rm -f "$tmp/screen"
frame 5120 "pmemsave 0x110000000 1024000 \"$tmp/pixels\""
like "$screen" '^\[05\] boot: from UEFI, console on the screen$' "above 4 GiB: the first rung"
like "$screen" '^\[05\] kernel: page tables.* ok$' "above 4 GiB: seen from the kernel's page tables too"
like "$screen" 'this CPU has no VT-' "above 4 GiB: the refusal"

# One that is busy to the end, in both modes of its local APIC: see busy.c. The ROM of stage 01 takes no interrupt,
# SeaBIOS needs the timer's.
busy=$tmp/bios/test/tools/busy
run 900 make -s "BUILD=$tmp/bios" GUEST=bios "$busy.efi"
is "$status" 0 "a firmware that is busy: made"
byte=$(nm "$busy.elf" | sed -n 's/^\([0-9a-f]*\) .* busy_x2apic$/\1/p')
for mode in xAPIC x2APIC; do
    [ $mode = xAPIC ] || printf '\001' | dd of="$busy.efi" bs=1 seek=$((0x$byte)) conv=notrunc status=none
    efi_image "$busy.efi"
    machine --firmware uefi --machine bochs
    like "$out" '^No bootable device' "a firmware that is busy, $mode: the guest"
    is "$status" 0 "a firmware that is busy, $mode: status 0"
done

# The table is the first thing in the last section, the files follow.
files=$(nm "$build/uefi/bootx64.elf" | sed -n 's/^\([0-9a-f]*\) .* files_start$/\1/p')
for damage in "40:the image table is damaged" \
    "5000:load hypervisor [.]{3} the checksum does not match"; do
    cp "$efi" "$tmp/damaged.efi"
    printf X | dd of="$tmp/damaged.efi" bs=1 seek=$((0x$files + ${damage%%:*})) conv=notrunc status=none
    efi_image "$tmp/damaged.efi"
    machine --firmware uefi --machine bochs
    like "$out" "${damage#*:}" "byte ${damage%%:*} changed: a sentence"
    is "$status" 2 "byte ${damage%%:*} changed: status 2"
    unlike "$out" "kernel:" "byte ${damage%%:*} changed: the kernel was not started"
done

run 20 "$build/hybrid" "$tmp/new.img" "$tmp/missing" "$tmp/disk.img"
is "$status" 2 "hybrid: a file that is missing: status 2"
like "$err" "missing: " "hybrid: a file that is missing: a sentence"
head -c 50000 "$tmp/disk.img" >"$tmp/short"
run 20 "$build/hybrid" "$tmp/new.img" "$tmp/short" "$tmp/disk.img"
is "$status" 2 "hybrid: half a sector: status 2"
like "$err" "short: not whole sectors" "hybrid: half a sector: a sentence"
ok "$([ ! -e "$tmp/new.img" ]; echo $?)" "hybrid: and no image"

run 900 make -s "BUILD=$build" usb
like "$out" "dd if='/.*/usb[.]img' of=/dev/sdX " "make usb: a command that works in any folder"
like "$out" 'starts the guest "hello"' "make usb: what the stick will start"

run 20 "$lab" --firmware floppy "$tmp/disk.img"
is "$status" 2 "an unknown firmware: status 2"
like "$err" 'firmware floppy: expected bios or uefi' "an unknown firmware: a sentence"
done_testing
