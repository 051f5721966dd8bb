#!/bin/sh
# 02-01: the boot sector prints the disk's number and a text that it can't know.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

bios=/usr/share/seabios/bios-256k.bin
assemble 02_bios/sector.asm "$tmp/disk.img"
expect 512 "$(wc -c <"$tmp/disk.img" | tr -d ' ')" "(in bytes) the file is the sector, no more and no less"
expect "55 aa" "$(tail -c 2 "$tmp/disk.img" | od -An -tx1 | sed 's/^ //')" "the firmware looks for these two bytes at the end"
build 02_bios vm

random 20
random_word $((r + 8))
text="$r!"
{
    printf '%s' "$text"
    head -c $((512 - ${#text})) /dev/zero
} >>"$tmp/disk.img"
vm_run 600 --fast -- 02_bios/vm --bios "$bios" --disk "$tmp/disk.img" --until "$text"
printed=$(printf '%s' "$out" | tr -d '\r' | sed '/^SeaBIOS/d; /^Booting/d')
[ $status -ne 124 ] || fail "80 $text" "$printed" "it was still running after ten minutes"
expect "80 $text" "$(printf '%s' "$printed" | tr -s ' \n' ' ' | sed 's/^ //')" \
    "the first hard disk has the number 80; the text is in sector 1. It ended with status $status: $(printf '%s\n' "$err" | head -n 1)"

pass
