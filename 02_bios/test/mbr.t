#!/bin/sh
# `make test-mbr`, the automatic test of a boot sector: it passes, and it fails.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
[ -f /usr/share/seabios/bios-256k.bin ] || skip_all "no /usr/share/seabios/bios-256k.bin: package seabios"

run 120 ./test-mbr build/mbr.bin "No key was pressed"
is "$status" 0 "the sample passes"
is "$out" 'PASS: build/mbr.bin printed "No key was pressed"' "and says so"

run 120 ./test-mbr build/mbr.bin "Booting from Hard Disk..."
is "$status" 0 "a text that SeaBIOS prints on screen and in its log counts on the screen"

run 120 ./test-mbr build/mbr.bin "Hello from Mars"
is "$status" 1 "the sample fails if something else is expected"
like "$out" 'did not print "Hello from Mars": it halted\. What it printed:$' "and says why"
like "$out" "^  \| Hello from the boot sector" "and what it printed"

run 120 ./test-mbr build/test/reset.bin "never"
like "$out" "it reset the machine" "a reset is told from a halt"
run 120 ./test-mbr build/test/triple_fault.bin "never"
like "$out" "it crashed" "and so is a crash"
run 120 ./test-mbr build/test/spin.bin "never" 8
like "$out" "still running after 8 seconds" "and one that never ends"

run 20 ./test-mbr
is "$status" 2 "no disk: status 2"
run 20 ./test-mbr /nonexistent.img text
is "$status:$(grep -c . "$tmp/err")" "2:1" "a missing disk: status 2, one line"

done_testing
