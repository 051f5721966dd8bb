#!/bin/sh
# 04-05: the bus, searched by a program without a guest, and then by Linux.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"

build 04_serial
unit probe.c 04_serial/pci.c

random 31
slot=$(printf %02x $((r + 1)))
random_hex 4
vendor=$(printf %s "$r" | sed 's/^f/e/') # FFFFh would be nobody
random_hex 4
device=$r
random 12
size=$(printf %x $((4096 << r)))

# Linux finds the bus by itself if it isn't to ask ACPI, whose tables here know none. It gives the card
# its address: first and last byte are in the first line of `resource`.
guest=common/build/guest
build 04_serial guest
# shellcheck disable=SC2016 # the guest's shell shall expand it
show='cd /sys/bus/pci/devices; for d in *; do echo pci: $d $(cat $d/vendor $d/device $d/class; head -n 1 $d/resource); done'
vm_run 600 --fast -- 04_serial/vm --kernel $guest/vmlinuz --initrd $guest/initrd.gz --memory 128M \
    --card "$slot:$vendor:$device:$size" \
    --cmdline "console=ttyS0 quiet panic=-1 cryptomgr.notests mitigations=off pci=noacpi run=\"$show\""
found=$(printf '%s\n' "$out" | tr -d '\r' | grep '^pci: ')
lab="the probe of the check was content, Linux isn't: boot it with pci=noacpi and look at dmesg"
expect_like "^pci: 0000:00:00.0 0x1b36 0x0008 0x060000 " "$found" "a host bridge in slot 0" "$lab"
expect_like "^pci: 0000:00:$slot.0 0x$vendor 0x$device 0xff0000 " "$found" \
    "0000:00:$slot.0, vendor 0x$vendor, device 0x$device, class 0xff0000" "$lab"
expect 2 "$(printf '%s\n' "$found" | wc -l)" "two cards, and no more: empty slots and functions read as ones"

# shellcheck disable=SC2046 # two words
set -- $(printf '%s\n' "$found" | sed -n "s/^pci: 0000:00:$slot.0 [^ ]* [^ ]* [^ ]* \([^ ]*\) \([^ ]*\) .*/\1 \2/p")
expect "$size" "$(printf %x $(($2 - $1 + 1)))" "the size in bytes of the memory that Linux gave BAR 0, in hexadecimal"

pass
