#!/bin/sh
# shellcheck disable=SC2016 # the guest's shell shall expand it
# 04_serial's disk and network under ThreadSanitizer, which makes the program fail with status 66 when two
# threads touch the same data without the lock: a Linux with two CPUs reads and writes its disk while it
# fetches a file from another guest and rings the card's doorbell in the configuration space, resets both
# devices, and is left by that guest.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=build/tsan/vm
kernel=../common/build/guest/vmlinux
initrd=../common/build/guest/initrd.gz
kvm_limit=3600
# shellcheck disable=SC2034 # needs_kvm takes it along
needs_kvm --fast --memory 2048 --with $initrd --with $kernel --with $vm --with "$(command -v setarch)"

# guest NAME OPTIONS COMMAND
guest() {
    # shellcheck disable=SC2086 # several words
    timeout -k 5 1500 setarch -R $vm --kernel "$kernel" --initrd "$initrd" --memory 192M $2 --cmdline \
        "console=ttyS0 quiet panic=-1 cryptomgr.notests run=\"$3\"" </dev/null >"$tmp/$1" 2>&1
}
head -c 4194304 /dev/urandom >"$tmp/disk"
cp "$tmp/disk" "$tmp/disk2"
sum=$(md5sum <"$tmp/disk" | cut -c 1-32)
guest a "--net listen=$tmp/socket --disk $tmp/disk,ro" 'ip address add 10.9.1.1/24 dev eth0; mkdir /www; cp /dev/vda /www/data; httpd -p 80 -h /www
until [ $(cat /sys/class/net/eth0/carrier) = 1 ]; do sleep 1; done; until [ $(cat /sys/class/net/eth0/carrier) = 0 ]; do sleep 1; done' &
one=$!
wait=0
until [ -S "$tmp/socket" ] || [ $wait -ge 600 ]; do sleep 1 && wait=$((wait + 1)); done
driver=/sys/bus/pci/drivers/virtio-pci
# Offset C0h, length 2, and in what that shows the number 0: from B8h on in the capability of the window.
ring="printf '\\300\\0\\0\\0\\2\\0\\0\\0\\0\\0' | dd of=/sys/bus/pci/devices/0000:00:02.0/config bs=2 seek=92 conv=notrunc"
guest b "--net socket=$tmp/socket --disk $tmp/disk2 --cpus 2" "ip address add 10.9.1.2/24 dev eth0; until ping -c 1 -W 1 10.9.1.1; do :; done
until wget -q -O /tmp/data http://10.9.1.1/data; do sleep 1; done & dd if=/dev/vda of=/dev/vda bs=64k conv=notrunc,fsync
for i in 1 2 3 4 5 6 7 8; do $ring 2>/dev/null && echo rung; done; wait; md5sum /tmp/data /dev/vda
echo 0000:00:01.0 >$driver/unbind; echo 0000:00:02.0 >$driver/unbind; echo 0000:00:01.0 >$driver/bind; echo 0000:00:02.0 >$driver/bind
md5sum /dev/vda"
is "$?" 0 "a guest with a disk, a network and two CPUs: status 0"
out=$(tr -d '\r' <"$tmp/b")
unlike "$out" "ThreadSanitizer" "no race"
is "$(echo "$out" | grep -c "^rung")" 8 "the doorbell rings, eight times"
is "$(echo "$out" | grep -c "^$sum")" 3 "all bytes arrive, from the network and from the disk, before and behind a reset"
wait $one
is "$?" 0 "the other guest: status 0"
unlike "$(cat "$tmp/a")" "ThreadSanitizer" "no race there either"

done_testing
