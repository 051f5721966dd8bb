#!/bin/sh
# `make test-mbr`, the automatic test of a boot sector: it passes, and it fails.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
[ -f /usr/share/seabios/bios-256k.bin ] || skip_all "no /usr/share/seabios/bios-256k.bin: package seabios"
needs_kvm --with /usr/share/seabios

run 900 disk/test-mbr build/disk/mbr.bin "No key was pressed" 800
is "$status" 0 "the sample passes"
is "$out" 'PASS: build/disk/mbr.bin printed "No key was pressed"' "and says so"

run 900 disk/test-mbr build/disk/mbr.bin "Booting from Hard Disk..." 800
is "$status" 0 "a text that SeaBIOS prints on screen and in its log counts on the screen"

run 900 disk/test-mbr build/disk/mbr.bin "Hello from Mars" 800
is "$status" 1 "the sample fails if something else is expected"
like "$out" 'did not print "Hello from Mars": it halted\. What it printed:$' "and says why"
like "$out" "^  \| Hello from the boot sector" "and what it printed"

run 900 disk/test-mbr build/test/reset.bin "never" 800
like "$out" "it reset the machine" "a reset is told from a halt"
run 900 disk/test-mbr build/test/triple_fault.bin "never" 800
like "$out" "it crashed" "and so is a crash"
run 900 disk/test-mbr build/test/spin.bin "never" 8
like "$out" "still running after 8 seconds" "and one that never ends"

done_testing
