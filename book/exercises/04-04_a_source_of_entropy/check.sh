#!/bin/sh
# 04-04: the source of entropy, asked by a driver without a guest, and then by Linux.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"

build 04_serial
unit driver.c common/pc/virtio/entropy.c common/pc/virtio/queue.c common/pc/virtio/device.c common/pc/guest_ram.c

# A Linux needs the drivers, which Debian's kernel has as modules.
guest=common/build/guest
build 04_serial guest
modules=$(common/guest/get-modules virtio_ring virtio virtio_pci_legacy_dev virtio_pci_modern_dev virtio_pci virtio_blk virtio_rng 2>"$tmp/none") || {
    echo "(without Linux: $(cat "$tmp/none"))"
    pass
}
printf %s "$modules" | xargs -d '\n' common/guest/mkinitrd "$tmp/initrd.gz"

# Beside a disk, so that it is the second device.
random 100
head -c $((512 * (r + 9))) /dev/zero >"$tmp/disk.img"
# shellcheck disable=SC2016 # the guest's shell shall expand it
ask='insmod /lib/modules/virtio-rng.ko; cat /sys/class/misc/hw_random/rng_current; cat /sys/block/vda/size
head -c 20000 /dev/hwrng >/a && head -c 20000 /dev/hwrng >/b; gzip -c /a | wc -c; cmp -s /a /b || echo others
head -c 4096 /dev/hwrng | od -An -v -tx1'
boot() {
    vm_run 600 --fast -- 04_serial/vm --kernel $guest/vmlinuz --initrd "$tmp/initrd.gz" --memory 128M \
        --disk "$tmp/disk.img" --entropy \
        --cmdline "console=ttyS0 quiet panic=-1 cryptomgr.notests mitigations=off run=\"$ask\""
    out=$(printf '%s\n' "$out" | tr -d '\r')
    printf '%s\n' "$out" | grep -E '^( [0-9a-f]{2}){16}$' | sort -u >"$tmp/$1"
}
boot first
expect "virtio_rng.0" "$(printf '%s\n' "$out" | grep '^virtio_rng')" \
    "Linux' driver found no device: it is to have a slot on the bus and a bell, as the others in devices_connect()"
expect "$((r + 9))" "$(printf '%s\n' "$out" | grep '^[0-9]*$' | head -n 1)" "and the disk stays where it is"
many=$(printf '%s\n' "$out" | grep '^[0-9]*$' | tail -n 1)
[ "${many:-0}" -gt 19900 ] || fail "20,000 bytes that gzip can't make smaller" "$many bytes after gzip" \
    "getrandom(2) has bytes that are random"
expect "others" "$(printf '%s\n' "$out" | grep '^others$')" "the next bytes are other ones"

# A guest that starts once more gets others, too.
boot second
same=$(comm -12 "$tmp/first" "$tmp/second" | wc -l)
expect 256 "$(wc -l <"$tmp/second")" "the bytes of the second start are to be seen"
[ "$same" -eq 0 ] || fail "after a new start all bytes are others" "$same of 256 lines of 16 bytes that came before" \
    "getrandom(2): the host's chance, and not a generator that begins anew where it began"

pass
