#!/bin/sh
# shellcheck disable=SC2016 # the guest's shell shall expand it
# 04_serial's network: a guest reaches the host over a tap and another guest over a socket, in both
# directions; whatever happens to the other end, nobody hangs; and bad input is a line.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
kernel=../common/build/guest/vmlinux
initrd=../common/build/guest/initrd.gz
kvm_limit=3600
for tun in ../common/build/kernel/cloud/lib/modules/*/tun.ko; do # the lab's
    [ -f "$tun" ] || tun=/dev/null
done
needs_kvm --fast --memory 2048 --with $initrd --with $kernel --with "$tun" --with "$(command -v ip)" \
    --with /usr/bin/setpriv
[ "${LAB-}" != 0 ] || insmod "$tun"

# --- Bad input ---

: >"$tmp/file"
long=$(printf '%0108d' 0)
refused "^--net socket=$tmp/none: No such file or directory, expected a stream socket" "no socket" --net "socket=$tmp/none"
refused "^--net socket=$tmp/file: Connection refused, expected a stream socket" "a file" --net "socket=$tmp/file"
refused "^--net socket=/dev/null: Connection refused, expected a stream socket" "a character device" --net socket=/dev/null
refused "^--net socket=: a path of 0 bytes, expected 1 to 107" "no name" --net socket=
refused "^--net socket=$long: a path of 108 bytes" "a long name" --net "socket=$long"
refused "^--net listen=$tmp/file: Address already in use, expected a path at which nothing is" "where a file is" --net "listen=$tmp/file"
refused "^--net listen=$tmp/no/s: No such file or directory" "where nothing can be" --net "listen=$tmp/no/s"
refused "^--net passed=x: expected socket=PATH, listen=PATH or tap=NAME" "an unknown word" --net passed=x
refused "^--net socket: expected socket=PATH" "half a word" --net socket
refused "^--net: listen=$tmp/t is the second, expected one network" "two networks" --net "listen=$tmp/s" --net "listen=$tmp/t"
is "$(wc -c <"$tmp/file")" 0 "the file is as it was"

# --- Guests ---

# guest NAME OPTIONS COMMAND: starts one that runs COMMAND; its output is in $tmp/NAME.
guest() {
    : >"$tmp/$1"
    # shellcheck disable=SC2086 # several words
    timeout -k 5 900 "$vm" --kernel "$kernel" --initrd "$initrd" --memory 256M $2 --cmdline \
        "console=ttyS0 quiet panic=-1 cryptomgr.notests run=\"$3\"" </dev/null >"$tmp/$1" 2>&1 &
}

# said NAME TEXT: waits until the guest has printed a line that begins with it.
said() {
    said_wait=0
    until tr -d '\r' <"$tmp/$1" | grep -q "^$2" || [ $said_wait -ge 600 ]; do
        sleep 0.5
        said_wait=$((said_wait + 1))
    done
}

# ended PID NAME: waits for the guest; sets $status and $out.
ended() {
    wait "$1"
    status=$?
    out=$(tr -d '\r' <"$tmp/$2")
}

# Fetches FROM into TO and prints a checksum.
fetch='fetch() { wget -q -O $2 http://$1; md5sum $2 | cut -c 1-32; }'
# The lab has a busybox; elsewhere its applets are called by its name.
head -c 16777216 /dev/urandom >"$tmp/data"
sum=$(md5sum <"$tmp/data" | cut -c 1-32)

# --- A tap: the guest and the host ---

tap=vmtap$$
# ip of iproute2 makes one with an owner, busybox' tunctl one for everybody.
owner=
for ip in /usr/sbin/ip /usr/bin/ip /sbin/ip; do
    ! "$ip" tuntap add $tap mode tap user root 2>/dev/null || owner=root
done
if [ -n "$owner" ] || tunctl -t $tap >/dev/null 2>&1; then
    refused "^--net tap=vmnone: no such interface, expected a tap \(ip tuntap add" "no tap" --net tap=vmnone
    refused "^--net tap=lo: Invalid argument, expected a tap that is yours" "what is no tap" --net tap=lo
    if [ "${LAB-}" = 0 ] && [ -n "$owner" ]; then
        chmod 666 /dev/net/tun # as udev does
        run 300 /usr/bin/setpriv --reuid 65534 --regid 65534 --clear-groups "$vm" --kernel "$kernel" --net tap=$tap
        is "$status: $err" "2: --net tap=$tap: Operation not permitted, expected a tap that is yours and not in use" \
            "somebody else's tap: a line, status 2"
    fi
    ip address add 10.9.0.1/24 dev $tap
    ip link set $tap up
    busybox httpd -p 10.9.0.1:8080 -h "$tmp"

    # Both ways, four CPUs, with a disk that is read at the same time.
    cp "$tmp/data" "$tmp/disk"
    guest a "--cpus 4 --net tap=$tap --disk $tmp/disk" "$fetch; ip address add 10.9.0.2/24 dev eth0
ping -c 3 10.9.0.1 | grep received
md5sum /dev/vda >/disk & fetch 10.9.0.1:8080/data /tmp/data; wait; cat /disk
grep virtio /proc/interrupts
httpd -p 80 -h /tmp; echo serves; until [ -e /tmp/end ]; do sleep 1; done & nc -l -p 9 -e touch /tmp/end; wait"
    pid=$!
    said a serves
    like "$(ping -c 3 10.9.0.2)" "3 packets received|3 received" "the host pings the guest"
    wget -q -O "$tmp/back" http://10.9.0.2/data
    is "$(md5sum <"$tmp/back" | cut -c 1-32)" "$sum" "16 MiB from the guest to the host"
    echo | nc 10.9.0.2 9
    ended $pid a
    is "$status" 0 "a tap: status 0"
    like "$out" "^3 packets transmitted, 3 packets received" "the guest pings the host"
    like "$out" "^$sum$" "16 MiB from the host to the guest, on four CPUs"
    like "$out" "^$sum  /dev/vda$" "and the same from the disk meanwhile"
    like "$out" "PCI-MSI.* virtio0-req.0$" "the disk's queue has a message of its own"
    like "$out" "PCI-MSI.* virtio1-input.0$" "and so has each of the network's"

    # The driver lets go of the card in the middle of a transfer, and takes it again.
    driver=/sys/bus/pci/drivers/virtio-pci
    guest b "--cpus 2 --net tap=$tap" "$fetch; ip address add 10.9.0.2/24 dev eth0
wget -q -O /tmp/x http://10.9.0.1:8080/data & usleep 300000
echo 0000:00:01.0 >$driver/unbind; echo unbound; kill %1; echo 0000:00:01.0 >$driver/bind
ip address add 10.9.0.2/24 dev eth0; ip link set eth0 up; fetch 10.9.0.1:8080/data /tmp/data"
    ended $! b
    is "$status" 0 "a reset of the device: status 0"
    like "$out" "^$sum$" "and then all goes through"

    guest c "--cpus 2 --net tap=$tap" "ip address add 10.9.0.2/24 dev eth0
while wget -q -O /tmp/x http://10.9.0.1:8080/data; do :; done & sleep 1; echo b >/proc/sysrq-trigger"
    ended $! c
    is "$status" 3 "a reset of the machine in the middle of a transfer: status 3"

    # The interface goes away under the guest.
    guest d "--net tap=$tap" "cat /sys/class/net/eth0/carrier; echo there
until [ \$(cat /sys/class/net/eth0/carrier) = 0 ]; do sleep 1; done; echo gone"
    pid=$!
    said d there
    for ip in ip /usr/bin/ip /usr/sbin/ip; do # busybox' can't
        ! "$ip" link delete $tap 2>/dev/null || break
    done
    ended $pid d
    is "$status" 0 "an interface that goes away: status 0"
    like "$out" "^gone$" "the guest has no carrier"
else
    skip "a tap" "none can be made here"
fi

# --- A socket: two guests ---

socket=$tmp/socket
guest e "--net listen=$socket" "$fetch; head -c 16777216 /dev/urandom >/tmp/data; md5sum /tmp/data
cat /sys/class/net/eth0/carrier; ip address add 10.9.1.1/24 dev eth0; httpd -p 80 -h /tmp; echo serves
until [ \$(cat /sys/class/net/eth0/carrier) = 1 ]; do sleep 1; done; echo first
until ping -c 1 -W 1 10.9.1.2 >/dev/null; do sleep 1; done; until fetch 10.9.1.2/data /tmp/back | grep -v ^d41d8; do sleep 1; done
until [ \$(cat /sys/class/net/eth0/carrier) = 0 ]; do sleep 1; done; echo none
ip address flush dev eth0; echo 1 >/proc/sys/net/ipv6/conf/eth0/disable_ipv6
until [ \$(cat /sys/class/net/eth0/carrier) = 1 ]; do sleep 1; done; echo second
n=0; until [ \$(cat /sys/class/net/eth0/carrier) = 0 ] || [ \$n = 300 ]; do sleep 1; n=\$((n + 1)); done; [ \$n = 300 ] || echo quiet"
one=$!
said e serves
guest f "--net socket=$socket --cpus 2" "$fetch; ip address add 10.9.1.2/24 dev eth0; ping -c 3 10.9.1.1 | grep received
fetch 10.9.1.1/data /tmp/data; httpd -p 80 -h /tmp; echo serves; sleep 1000"
two=$!
said f serves
said e '[0-9a-f]*$'
run 300 "$vm" --kernel "$kernel" --net "listen=$socket"
like "$err" "Address already in use" "a socket at which somebody listens is no left-over"
n=0
until [ "$(tr -d '\r' <"$tmp/e" | grep -c "^[0-9a-f]\{32\}")" -ge 2 ] || [ $n -ge 300 ]; do sleep 1 && n=$((n + 1)); done
kill -9 $two
said e none
guest g "--net socket=$socket" 'echo hello'
ended $! g
is "$status" 0 "another guest: status 0"
ended $one e
is "$status" 0 "two guests: status 0"
other=$(tr -d '\r' <"$tmp/f")
sum=$(echo "$out" | sed -n 's,  /tmp/data$,,p')
is "${#sum}" 32 "what a guest has, it says"
like "$other" "^3 packets transmitted, 3 packets received" "one pings the other"
like "$other" "^$sum$" "16 MiB from one to the other"
like "$out" "^$sum$" "and back"
like "$out" "^none$" "when one is gone the other has no carrier"
like "$out" "^second$" "until another one comes"
like "$out" "^quiet$" "when that one is gone, too, a guest hears of it that sends nothing"

done_testing
