#!/bin/sh
# 04-04: the network card, called by a driver without a guest, and then by Linux.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"

build 04_serial
unit driver.c 04_serial/net.c 04_serial/queue.c 04_serial/virtio.c common/kvm/memory.c common/kvm/ioctl.c

# A Linux needs the drivers, which Debian's kernel has as modules.
guest=common/build/guest
build 04_serial guest
modules=$(common/guest/get-modules virtio_ring virtio virtio_mmio failover net_failover virtio_net 2>"$tmp/none") || {
    echo "(without Linux: $(cat "$tmp/none"))"
    pass
}
# shellcheck disable=SC2086 # several words
common/guest/mkinitrd "$tmp/initrd.gz" $modules

random 250
network=10.$r
random 250
network=$network.$r
random 100
address=$network.$((r + 2))
random 100
own=$network.$((r + 110))
random 1000
vm_run 600 --fast -- sh "$EXERCISE/linux.sh" 04_serial/vm $guest/vmlinuz "$tmp/initrd.gz" "$address" "$own" $((r + 100))
out=$(printf '%s\n' "$out" | tr -d '\r')
expect "card: 02:48:56:53:42:53" "$(printf '%s\n' "$out" | grep '^card:')" \
    "the address that Linux' driver reads from the configuration: it did not start, or there is no card"
two="2 packets transmitted, 2 packets received, 0% packet loss"
expect "$(printf '%s\n' "$two" "$two" "$two")" \
    "$(printf '%s\n' "$out" | grep 'packets transmitted')" \
    "$own pings $address with 0, some and 1472 bytes: a question goes out, an answer comes in, each interrupts"
expect "status: 0" "$(printf '%s\n' "$out" | grep '^status:')" "Linux powers off"

pass
