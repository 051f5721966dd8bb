#!/bin/sh
# 04_serial's disk for a driver that has nothing but the configuration space. The guest is window.asm.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
needs_kvm

for bytes in 512 16384; do
    { echo "from $bytes bytes" && head -c "$bytes" /dev/zero; } | head -c "$bytes" >"$tmp/disk"
    run 300 "$vm" --kernel build/test/window.bin --memory 16M --disk "$tmp/disk"
    is "$status:$out" "0:10from $bytes bytes" "a sector of $bytes bytes, through the window alone; an interrupt, once"
    like "$err" "PCI configuration [0-9]" "each step an exit to the bus"
    unlike "$err" "virtio" "and none to the device's own ports"
done

done_testing
