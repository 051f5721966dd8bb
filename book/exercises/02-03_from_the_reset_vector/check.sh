#!/bin/sh
# 02-03: images of three sizes start in their last 16 bytes and run below 1 MiB.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

random_word 11
text=$r
random 16384
skip=$((r + 1))
cat >"$tmp/main.inc" <<END
        times $skip db 0
main:   mov dx, 0x402
        mov ax, cs
        cmp ax, 0xF000
        mov si, wrong_segment
        jne say
        mov byte [cs:changed], '!'
        mov si, text
say:    cs lodsb
        test al, al
        jz done
        out dx, al
        jmp say
done:   cli
        hlt
wrong_segment db "CS is not F000", 0
text    db "$text"
changed db "?", 0
END
for size in 0x10000 0x20000 0x40000; do
    assemble 02_bios/firmware.asm "$tmp/bios.bin" -I"$tmp/" -DSIZE=$size
    expect $((size)) "$(wc -c <"$tmp/bios.bin" | tr -d ' ')" "(in bytes) the image has SIZE bytes"
    [ $size != 0x10000 ] || build 02_bios vm
    vm_run 60 02_bios/vm --bios "$tmp/bios.bin"
    case $out in
    "$text!" | '') ;;
    "$text?") fail "$text!" "$out" "main changed the last character and it stayed: it runs in the ROM" ;;
    esac
    expect "$text!" "$out" "an image of $((size / 1024)) KiB; it ended with status $status: $(printf '%s\n' "$err" | head -n 1)"
done

pass
