#!/bin/sh
# 01-02: what follows the reader's code is executed as 32-bit code, with flat segments.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

# The message is encoded with the key, and only 32-bit code reads the key as it is meant: as 16-bit code
# the same bytes are other instructions. Last it reads far above 64 KiB, where there is no memory.
random_word 12
text="Hello, $r!"
random 100
key=$((r + 1))
random_hex 5
far=4$r
{
    printf 'main32:\n mov ebx, 0x5A5A0000 + %d\n mov esi, message\n' $key
    printf '.next:\n lodsb\n xor al, bl\n jz .done\n out 1, al\n jmp .next\n'
    printf '.done:\n mov al, [es:0x%s]\n hlt\n' "$far"
    printf 'message:\n'
    printf '%s\0' "$text" | od -An -v -tu1 | tr -s ' \n' '\n' | sed -n "s/^[0-9].*/ db & ^ $key/p"
} >"$tmp/main32.inc"
assemble 01_hello/protected.asm "$tmp/protected.bin" -I"$tmp/"

build 01_hello vm
vm_run 60 01_hello/vm "$tmp/protected.bin"
mode=$(printf '%s\n' "$err" | grep ' cr0 ')
expect "$text" "$out" "it printed this and ended so: $(printf '%s\n' "$err" | head -n 1); $mode"
expect_like "MMIO read 0x0*$far size 1" "$err" "main32 reads a byte at ES:0x$far: MMIO read 0x$far size 1" \
    "DS, ES and SS need segments with base 0 and a limit of 4 GiB: FFFFF pages, with the granularity bit"
# A null selector: the segment is still the one of real mode, and not every machine minds its limit.
segments=$(printf '%s\n' "$err" | sed -n 's/^  ds /ds /p')
for segment in ds es ss; do
    expect_like "$segment +0*[1-9a-f]" "$segments" "$segment has a selector of your table" \
        "CS is loaded by the jump; DS, ES and SS by you, SS as well: a stack in the middle of memory needs it"
done
expect_like "cr0 .*: protected mode" "$mode" "CR0.PE is set: protected mode" "main32 runs in protected mode"

pass
