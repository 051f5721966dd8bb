#!/bin/sh
# The SeaBIOS of stage 02 on our own hypervisor, every VM entry checked.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

bios=${BIOS:-/usr/share/seabios/bios-256k.bin}
image "$(printf 'guest=bios\ncheck=always')" "bios=$bios"
machine
is "$status" 0 "status 0"
like "$out" '^SeaBIOS \(version' "SeaBIOS starts"
like "$out" '^RamSize: 0x01000000 \[cmos\]' "finds 16 MiB in the CMOS"
like "$out" '^e820 map has 5 items' "makes a memory map"
like "$out" '^No bootable device' "and comes to its end"
unlike "$out" '^\[05\].*(stopped|panic|VMCS:)' "without a report of ours"
like "$out" '^\[05\] vmx off' "the hypervisor is alive"

# A BIOS whose last word is another one is not stopped: it waits for a minute, in HLT, and resets.
sed 's/No bootable device/No bootable thing!/' "$bios" >"$tmp/bios"
image "guest=bios" "bios=$tmp/bios"
machine
like "$out" '^No bootable thing!.*Retrying in 60 seconds' "it waits for a minute"
unlike "$out" '^\[05\].*(stopped|panic|VMCS:)' "without a report"
is "$status" 3 "status 3: and asks for a reset"

# A reset, and not a word before. Some builds of SeaBIOS are like that.
{ head -c 65520 /dev/zero; printf '\260\376\346\144\364'; head -c 11 /dev/zero; } >"$tmp/bios" # out 64h, FEh; hlt
image "guest=bios" "bios=$tmp/bios"
machine
like "$out" 'bios: wrote no log to port 402h' "a silent BIOS is named"
is "$status" 3 "status 3"

# Another BIOS altogether, which stops where it finds no keyboard; the older one of Bochs 3 needs a VGA BIOS, too.
for bochs in /usr/share/bochs/BIOS-bochs-latest /usr/share/bochs/BIOS-bochs-legacy; do
    [ -f "$bochs" ] || skip "${bochs##*/}" "package bochsbios"
    [ -f "$bochs" ] || continue
    image "$(printf 'guest=bios\ncheck=always')" "bios=$bochs"
    machine
    like "$out" '^No (bootable device|VGABIOS ROM at C000)' "${bochs##*/}: comes to its end"
    is "$status" 0 "${bochs##*/}: status 0"
done

# The keyboard controller, and the clock's three interrupts.
image "$(printf 'guest=bios\ncheck=always')" "bios=$build/test/pc_rom.bin"
machine
for line in "the keyboard controller is empty" "periodic interrupts" "update-ended interrupts" "alarm"; do
    like "$out" "^rom: $line" "a ROM: $line"
done
is "$status" 3 "and a reset by the keyboard controller: status 3"

# What isn't there, as stage 02's firmware for that sees it, and on a machine with hardly more memory than
# the guest.
make -s -C ../02_bios BUILD=build build/test/holes.bin >&2 || exit 1
image "$(printf 'guest=bios\ncheck=always')" "bios=../02_bios/build/test/holes.bin"
for memory in 256 21; do
    machine --memory $memory
    like "$out" '^holes: all as on a PC *$' "$memory MiB: an empty bus reads as ones, and takes what is written"
    is "$status" 0 "$memory MiB: status 0"
done

head -c 5000 "$bios" >"$tmp/bios"
image "guest=bios" "bios=$tmp/bios"
machine
like "$out" 'bios: 5000 bytes, expected a multiple of 4096' "a BIOS cut short: a sentence"
is "$status" 2 "status 2"

# A machine too small for the guest's 16 MiB and the hypervisor's own.
image "guest=bios" "bios=$bios"
machine --memory 20
like "$out" "no room for the guest's memory: 2048 KiB wanted" "a small machine: a sentence"
unlike "$out" '^\[05\].*panic' "and no panic"
is "$status" 2 "status 2"
done_testing
