#!/bin/sh
# A Linux that pings the computer at the other end of its network, with packets of several sizes.
#
# usage: linux.sh VM KERNEL INITRD ADDRESS OWN-ADDRESS SIZE
# shellcheck disable=SC2016 # the guest's shell shall expand it

load='for m in virtio_ring virtio virtio_mmio failover net_failover virtio_net; do insmod /lib/modules/$m.ko; done'
start="ip address add $5/24 dev eth0; ip link set eth0 up; echo card: \$(cat /sys/class/net/eth0/address)"
ping="for size in 0 $6 1472; do ping -c 2 -i 0.1 -W 5 -s \$size $4; done"
"$1" --kernel "$2" --initrd "$3" --net "$4" --memory 128M --cmdline "console=ttyS0 quiet panic=-1 \
cryptomgr.notests mitigations=off run=\"$load; $start; $ping\"" </dev/null
echo "status: $?"
