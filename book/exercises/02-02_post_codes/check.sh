#!/bin/sh
# 02-02: port 0x80 shows what is written to it and remembers it; its neighbours stay empty.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 02_bios

# A firmware of 64 KiB that begins at F000:0000 and ends with a character in the log.
firmware() {
    {
        echo ' bits 16'
        cat
        printf ' cli\n hlt\n times 0xFFF0 - ($ - $$) db 0\n jmp 0xF000:0\n times 0x10000 - ($ - $$) db 0\n'
    } >"$tmp/bios.asm"
    assemble "$tmp/bios.asm" "$tmp/bios.bin"
}

random 200
first=$((r + 16))
random 100
second=$((first > 127 ? r : r + 128))
firmware <<END
 mov al, $first
 out 0x80, al
 mov al, $second
 out 0x80, al
 xor eax, eax
 in al, 0x80            ; what was written last
 xor al, $second ^ 'y'
 mov dx, 0x402
 out dx, al
 in al, 0x81            ; nobody is there
 xor al, 0xFF ^ 'z'
 out dx, al
END
vm_run 60 02_bios/vm --bios "$tmp/bios.bin"
expect "$(printf 'POST code %02x\nPOST code %02x' $first $second)" "$(printf '%s\n' "$err" | grep -i post)" \
    "the firmware writes these two to port 0x80, and each is a line on standard error"
expect y "$(printf '%.1s' "$out")" \
    "(encoded: y is right) a read of port 0x80 gives what was written last, here $second; all ones mean that nobody answers"
expect yz "$out" "(encoded: z is right) port 0x81 isn't yours: a read gives 0xFF"
expect 0 "$status" "the firmware halts for good, which is status 0"

# Two bytes at once: the second is port 0x81's.
random_hex 4
word=$r
firmware <<END
 mov ax, 0x$word
 out 0x80, ax
END
vm_run 60 02_bios/vm --bios "$tmp/bios.bin"
expect "POST code $(printf %s "$word" | cut -c 3-4)" "$(printf '%s\n' "$err" | grep -i post)" \
    "a write of two bytes, 0x$word, is one byte for port 0x80 and one for its neighbour: does your row claim more than one port?"

pass
