#!/bin/sh
# 04-05: the bus, searched by a program without a guest, and then by Linux.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"

build 04_serial
unit probe.c common/pc/pci/bus.c

# Linux finds the bus by ACPI's table, and on it a bridge and a disk, whose driver then works with both of
# its BARs.
guest=common/build/guest
build 04_serial guest
random 100
sectors=$((r + 9))
head -c $((512 * sectors)) /dev/zero >"$tmp/disk.img"
# shellcheck disable=SC2016 # the guest's shell shall expand it
show='cat /sys/block/vda/size; cd /sys/bus/pci/devices; for d in *; do echo pci: $d $(cat $d/vendor $d/device $d/class; head -n 2 $d/resource); done'
vm_run 600 --fast -- 04_serial/vm --kernel $guest/vmlinuz --initrd $guest/initrd.gz --memory 128M \
    --disk "$tmp/disk.img" --cmdline "console=ttyS0 quiet panic=-1 cryptomgr.notests mitigations=off run=\"$show\""
out=$(printf '%s\n' "$out" | tr -d '\r')
found=$(printf '%s\n' "$out" | grep '^pci: ')
lab="the probe of the check was content, Linux isn't: look at its dmesg"
expect_like "^pci: 0000:00:00.0 0x1b36 0x0008 0x060000 " "$found" "a host bridge in slot 0" "$lab"
expect_like "^pci: 0000:00:01.0 0x1af4 0x1042 0x018000 0x0*c000 0x0*c0ff [^ ]* 0x0*d0000000 0x0*d0000fff " "$found" \
    "a disk in slot 1, with 256 ports and 4 KiB of memory" "$lab"
expect 2 "$(printf '%s\n' "$found" | wc -l)" "two cards, and no more: empty slots and functions read as ones"
expect "$sectors" "$(printf '%s\n' "$out" | grep '^[0-9]*$' | head -n 1)" "the disk's sectors, as Linux' driver reads them"

pass
