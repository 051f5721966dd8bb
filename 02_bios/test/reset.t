#!/bin/sh
# A minute after "No bootable device" SeaBIOS resets the machine: status 3. Slow, so it is a file of
# its own that runs beside the others.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
[ -f /usr/share/seabios/bios-256k.bin ] || skip_all "no /usr/share/seabios/bios-256k.bin: package seabios"
needs_kvm --with /usr/share/seabios

run 900 "$vm"
is "$status" 3 "SeaBIOS gives up and resets: status 3"
like "$out" "Retrying in 60 seconds" "after saying so"

done_testing
