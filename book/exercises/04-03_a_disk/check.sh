#!/bin/sh
# 04-03: the disk, called by a driver without a guest, and then by Linux.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"

build 04_serial
unit driver.c 04_serial/block.c 04_serial/queue.c 04_serial/virtio.c common/kvm/memory.c common/kvm/ioctl.c

# A Linux needs the drivers, which Debian's kernel has as modules.
guest=common/build/guest
build 04_serial guest
modules=$(common/guest/get-modules virtio_ring virtio virtio_mmio virtio_blk 2>"$tmp/none") || {
    echo "(without Linux: $(cat "$tmp/none"))"
    pass
}
# shellcheck disable=SC2086 # several words
common/guest/mkinitrd "$tmp/initrd.gz" $modules

random 1000
sectors=$((r + 500))
head -c $((sectors * 512)) /dev/urandom >"$tmp/disk"
random $sectors
sector=$r
random_word 10
word=$r
before=$(md5sum <"$tmp/disk" | cut -c 1-32)
cp "$tmp/disk" "$tmp/after"
echo "$word" | dd of="$tmp/after" bs=512 seek="$sector" conv=notrunc 2>/dev/null
after=$(md5sum <"$tmp/after" | cut -c 1-32)

vm_run 600 --fast -- sh "$EXERCISE/linux.sh" 04_serial/vm $guest/vmlinuz "$tmp/initrd.gz" "$tmp/disk" "$sector" "$word"
out=$(printf '%s\n' "$out" | tr -d '\r')
lab="the driver of the check was content, Linux isn't: make -C 04_serial run with --disk shows its messages"
expect_like "^size: $sectors\$" "$out" "Linux finds a disk of $sectors sectors" "$lab"
expect "all: $before" "$(printf '%s\n' "$out" | grep '^all:')" \
    "that is the MD5 sum of all that Linux reads from /dev/vda"
expect_like "^status: 0\$" "$out" "Linux powers off: status 0" "$lab"
expect "file: $after" "$(printf '%s\n' "$out" | grep '^file:')" \
    "Linux wrote a word to sector $sector: the MD5 sum of the disk's file shows that it isn't there, or more is"

pass
