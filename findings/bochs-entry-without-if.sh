#!/bin/sh
# Bochs 2.7: a VM entry with RFLAGS.IF = 0 masks the machine's external interrupts in the guest, although
# the control "external-interrupt exiting" is 1. They cause no exit until the guest changes IF. The SDM:
# with that control "the value of RFLAGS.IF does not affect interrupt blocking" (Vol. 3, "Pin-Based
# VM-Execution Controls").
#
# A guest of stage 05 starts the timer of the machine, 18 ticks a second, and counts for some seconds. With
# IF = 0 from the entry on, seen: 1 exit for an external interrupt. With STI, CLI once in each round of the
# count, which changes nothing for the guest: an exit for each tick.
set -eu

stage=$(cd "$(dirname "$0")/../05_vmx_baremetal" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/guest.asm" <<'END'
        org     0
        bits    16
start:  cli
        mov     al, 0x34
        out     0x43, al
        xor     al, al
        out     0x40, al
        out     0x40, al
        mov     dx, 0x402
        out     dx, al                  ; an exit, and an entry with IF = 0
        mov     ecx, 40000000
.count: TOUCH
        dec     ecx
        jnz     .count
        mov     si, text
        mov     cx, text_end - text
.next:  mov     al, [cs:si]
        inc     si
        out     dx, al
        loop    .next
        hlt
text:   db      "No bootable device"    ; ends the guest
text_end:
        times   0xFFF0 - ($ - $$) db 0
        jmp     0xF000:start
        times   0x10000 - ($ - $$) db 0
END
printf '%%macro TOUCH 0\n%%endmacro\n' >"$work/still.inc"
printf '%%macro TOUCH 0\nsti\ncli\n%%endmacro\n' >"$work/touched.inc"

# exits NAME: for external interrupts.
exits() {
    nasm -f bin -p "$work/$1.inc" -o "$work/$1.bin" "$work/guest.asm"
    make -s -C "$stage" BUILD="$work/build" MACHINE=bochs GUEST=bios BIOS="$work/$1.bin" STATS=1 run |
        tr -d '\r' | sed -n 's/^\[05\] *\([0-9]*\) external interrupt$/\1/p'
}
still=$(exits still)
touched=$(exits touched)
echo "IF = 0 since the entry: ${still:=0} exits; IF changed all the time: ${touched:=0}"
[ "$still" -lt 5 ] && [ "$touched" -gt 20 ]
