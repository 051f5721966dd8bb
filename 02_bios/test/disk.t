#!/bin/sh
# 02_bios with a disk: boot sectors that print, read, write, take interrupts, wait for keys and crash.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
[ -f /usr/share/seabios/bios-256k.bin ] || skip_all "no /usr/share/seabios/bios-256k.bin: package seabios"
needs_kvm --with /usr/share/seabios

# boots DISK [OPTION]...
boots() {
    disk=$1
    shift
    run 900 "$vm" --disk "$disk" "$@"
    out=$(printf '%s' "$out" | tr -d '\r')
}

boots build/disk/mbr.bin
is "$status" 0 "the sample halts for good: status 0"
like "$out" "^Hello from the boot sector" "it printed its greeting"
like "$out" "^No key was pressed" "and waited for a key"
like "$out" "^Booting from Hard Disk" "after SeaBIOS had used the same screen"
unlike "$out" "Running on KVM" "the log is not on the screen"
is "$err" "" "no word on standard error"

{ sleep 1; printf 'k'; } | timeout 900 "$vm" --disk build/disk/mbr.bin >"$tmp/out" 2>&1
like "$(tr -d '\r' <"$tmp/out")" "^You pressed k$" "a key from standard input reaches INT 16h"

boots build/disk/mbr.bin --memory 5G --log "$tmp/log" --until "boot sector"
like "$(cat "$tmp/log")" "^RamSizeOver4G: 0x0*80000000 \[cmos\]" "5 GiB: 2 of them above 4 GiB"
like "$(cat "$tmp/log")" ": 0000000100000000 - 0000000180000000 = 1 RAM" "and in the e820 map"

boots build/disk/mbr.bin --until "from the boot sector"
is "$status" 0 "--until looks at the screen"
unlike "$out" "No key was pressed" "and ends there"

boots build/test/int10.bin
like "$out" "^=========$" "INT 10h, 09h: nine characters"
like "$out" "^plain grey!$" "INT 10h, 13h: strings, plain and coloured; 02h, 03h, 0Fh answer"

boots build/test/reset.bin
is "$status" 3 "a boot sector that resets: status 3"
like "$out" "^R$" "not by its look for PCI before that"
boots build/test/triple_fault.bin
is "$status" 4 "a boot sector with a triple fault: status 4"
like "$err" "^KVM_EXIT_SHUTDOWN: triple fault" "and a report"
like "$err" "^  code at linear 7c1f: 0f 0b|the registers are those after a reset" \
    "that shows the ud2, or on AMD says why not"

# Two sectors: one to boot from, one to write.
image() {
    dd if="build/test/$1.bin" of="$tmp/$1.img" 2>/dev/null
    dd if=/dev/zero of="$tmp/$1.img" bs=512 seek=1 count=1 2>/dev/null
}
image write
boots "$tmp/write.img"
like "$out" "^written and read back" "INT 13h writes and reads"
dd if="$tmp/write.img" of="$tmp/second" bs=512 skip=1 2>/dev/null
cmp -s "$tmp/second" build/test/write.bin
ok $? "and the file has what was written"

image write
chmod 444 "$tmp/write.img"
boots "$tmp/write.img"
is "$status" 0 "a read-only image boots"
like "$out" "^the disk reports an error" "and a write to it is an ATA error"
dd if="$tmp/write.img" of="$tmp/second" bs=512 skip=1 2>/dev/null
is "$(tr -d '\000' <"$tmp/second")" "" "that changed nothing"

# Where a standard descriptor is closed, the image doesn't get its number: not the guest's screen,
# nor a report on standard error, and its bytes are no keys.
closes() {  # closes GUEST DESCRIPTORS STATUS
    cp "build/$1.bin" "$tmp/closed.img"
    timeout -k 5 900 sh -c "$vm --disk $tmp/closed.img $2" >"$tmp/out" 2>"$tmp/err"
    is "$?" "$3" "$1 with $2: status $3"
    cmp -s "build/$1.bin" "$tmp/closed.img"
    ok $? "and the image is what it was"
}
closes disk/mbr ">&-" 0
closes disk/mbr "<&-" 0
like "$(tr -d '\r' <"$tmp/out")" "^No key was pressed" "and nobody types"
closes test/triple_fault "2>&-" 4
closes test/triple_fault "<&- >&- 2>&-" 4

image irq14
boots "$tmp/irq14.img"
like "$out" "^step by step disk *$" "IDENTIFY, with IRQ 14 and 32-bit string input"
like "$out" "^moved by IRQ 14" "WRITE SECTORS and READ SECTORS with IRQ 14"
like "$out" "^and told of an error" "an unknown command ends in an error"

# What INT 13h says of small disks and of larger ones is what it says in QEMU 7.2 with this SeaBIOS, and
# so is a read of four sectors, of which the smallest has one: that one comes, and then the error.
for row in "1:003F 0F01:03F0:c0C01" "4:003F 0F01:03F0: 0004" "63:003F 0F01:03F0: 0004" \
    "2048:003F 0F01:03F0: 0004" "20160:123F 0F01:4AD0: 0004"; do
    sectors=${row%%:*} row=${row#*:}
    geometry=${row%%:*} row=${row#*:}
    rm -f "$tmp/small.img"
    dd if=build/test/int13.bin of="$tmp/small.img" bs=512 seek=0 2>/dev/null
    dd if=/dev/null of="$tmp/small.img" bs=512 seek="$sectors" 2>/dev/null
    boots "$tmp/small.img"
    like "$out" "^08 0000 $geometry *$" "INT 13h, 08h: the geometry of $sectors sectors"
    like "$out" "^15 0300 0000 ${row%%:*} *$" "INT 13h, 15h: so many of them, the last cylinder apart"
    like "$out" "^02${row#*:} " "INT 13h, 02h: as many of four sectors as there are"
done

# The last sector, at sizes that need 28 and 48 bits of sector number. Sparse files.
for sectors in 2 2097152 419430400; do
    rm -f "$tmp/last.img"
    cp build/test/last_sector.bin "$tmp/last.img"
    printf 'sector %d\r\n' "$sectors" |
        dd of="$tmp/last.img" bs=512 seek=$((sectors - 1)) conv=notrunc,sync 2>/dev/null
    boots "$tmp/last.img"
    like "$out" "^sector $sectors" "the last of $sectors sectors is read"
done

done_testing
