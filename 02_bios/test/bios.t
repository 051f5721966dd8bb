#!/bin/sh
# 02_bios: SeaBIOS's own log, from both of its images and with several sizes of memory.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
seabios=${SEABIOS:-/usr/share/seabios}
[ -f "$seabios/bios-256k.bin" ] || skip_all "no $seabios/bios-256k.bin: package seabios"
bochs=${BOCHS_BIOS:-/usr/share/bochs}
if [ -d "$bochs" ]; then needs_kvm --with "$seabios" --with "$bochs"; else needs_kvm --with "$seabios"; fi

# boots WHAT OPTION...: to the end of the boot, which an emulating KVM may take half a minute for.
boots() {
    what=$1
    shift
    run 900 "$vm" --until "No bootable device" "$@"
    is "$status" 0 "$what: status 0"
    like "$out" "^SeaBIOS \(version " "$what: SeaBIOS gives its name"
    like "$out" "^Running on KVM" "$what: and knows where it is"
    like "$out" "^No bootable device$" "$what: and finds nothing to boot"
    is "$err" "" "$what: no word on standard error"
}

boots "256 KiB image" --bios "$seabios/bios-256k.bin"
like "$out" "^RamSize: 0x01000000 \[cmos\]" "16 MiB, read from the CMOS"
like "$out" "^e820 map has 5 items:" "five e820 items"
like "$out" "  3: 0000000000100000 - 0000000001000000 = 1 RAM" "the fourth is RAM up to 16 MiB"
like "$out" "^Detected non-PCI system" "an empty bus: no PCI"
like "$out" "^kvmclock: " "CPUID says that this is KVM"

# Since 1.16.3-2, Debian's small image has no debug console. It resets after a minute.
run 240 "$vm" --bios "$seabios/bios.bin" --until "No bootable device"
like "$status $(printf '%s\n' "$out$err" | tail -n 1)" \
    "^(0 No bootable device|3 $seabios/bios.bin: wrote no log to port 0x402.*)$" \
    "128 KiB image: it boots, or is said to be silent"

# Another BIOS altogether, which stops where it finds no keyboard. The legacy one of Bochs 3.0 and
# later looks for a VGA BIOS first, and its last line is then that there is none.
for image in BIOS-bochs-latest BIOS-bochs-legacy BIOS-qemu-latest; do
    if [ -f "$bochs/$image" ]; then
        run 900 "$vm" --bios "$bochs/$image" --until "No bootable device"
        case $image in
        *-legacy) ends='No (bootable device|VGABIOS ROM at .*)' ;;
        *) ends='No bootable device' ;;
        esac
        like "$status $(printf '%s\n' "$out" | tail -n 1)" "^0 $ends$" "Bochs' $image: boots to its end"
    else
        skip "Bochs' $image" "package bochsbios"
    fi
done

# cli; hlt
{ head -c 65520 /dev/zero; printf '\372\364'; head -c 14 /dev/zero; } >"$tmp/silent"
run 20 "$vm" --bios "$tmp/silent"
is "$status: $out$err" "0: $tmp/silent: wrote no log to port 0x402, expected e.g. bios-256k.bin" \
    "64 KiB, and not a word: that is said"

# A firmware that touches what isn't there.
run 900 "$vm" --bios build/test/holes.bin
is "$status: $out" "0: holes: all as on a PC" "an empty bus reads as ones, and takes what is written"

boots "64 MiB of RAM" --memory 64M
like "$out" "^RamSize: 0x04000000 \[cmos\]" "64 MiB"

boots "5 GiB of RAM" --memory 5G
like "$out" "^RamSize: 0xc0000000 \[cmos\]" "3 GiB below the gap"
like "$out" "  3: 0000000000100000 - 00000000c0000000 = 1 RAM" "and a BIOS may have them"

boots "2 MiB of RAM" --memory 2

run 900 "$vm" --until "Running on KVM"
is "$(printf '%s\n' "$out" | tail -n 1)" "Running on KVM" "--until ends at the text"
run 900 env TRACE=1 "$vm" --until "non-PCI system"
like "$err" "^IO in 0x0402 size 1 count 1$" "TRACE=1: SeaBIOS asks for the debug console"
like "$err" "^IO out 0x0402 size 1 count 1: 53$" "TRACE=1: and prints an S"
run 900 "$vm" --log "$tmp/log" --until "Running on KVM"
is "$out" "" "--log FILE: nothing on standard output"
like "$(cat "$tmp/log")" "^Running on KVM" "--log FILE: the log is in the file"

done_testing
