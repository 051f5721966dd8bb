#!/bin/sh
# 01-03: the guest's first instruction is 64-bit code, and the first 2 MiB are where they should be.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 01_hello
vm_run 60 01_hello/vm
expect "Hello, long mode!" "$out" "the built-in ROM ended so: $(printf '%s\n' "$err" | head -n 1)"

# Eight letters in R8, encoded with R9: as 32-bit code the same bytes are other instructions. Then a byte
# of the 2 MiB that no memory is behind.
random_word 8
word=$r
random_hex 15
key=0x$r
random_hex 3
hole=$(printf %x $((0x100000 + 0x$r)))
cat >"$tmp/wide.asm" <<END
        bits 64
        mov r8, '$word' ^ $key
        mov r9, $key
        xor r8, r9
        mov rsp, 0xF000         ; the stack is in the memory behind the page tables
        push r8
        mov ebx, 8
next:   pop rax
        out 0x01, al
        shr rax, 8
        push rax
        dec ebx
        jnz next
        mov al, [abs qword 0x$hole]
        hlt
END
assemble "$tmp/wide.asm" "$tmp/wide.bin"
vm_run 60 01_hello/vm "$tmp/wide.bin"
expect "$word" "$out" "a guest with R8, R9 and a stack at 0xF000 printed this, and ended so: $(printf '%s\n' "$err" | head -n 1)"
expect_like "^  MMIO read 0x$hole size 1" "$err" "the guest reads a byte at 0x$hole: MMIO read 0x$hole size 1" \
    "the tables show all of the first 2 MiB, the part without memory as well: one entry with the bit for a large page"
expect_like "cr0 .*: 64-bit mode" "$(printf '%s\n' "$err" | grep ' cr0 ')" "64-bit mode" "CS.L makes 64-bit code of it"

# Behind the 2 MiB nothing is mapped: a page fault, which nobody handles.
printf ' bits 64\n mov al, [abs qword 0x200000]\n hlt\n' >"$tmp/far.asm"
assemble "$tmp/far.asm" "$tmp/far.bin"
vm_run 60 01_hello/vm "$tmp/far.bin"
expect_like "^KVM_EXIT_SHUTDOWN" "$err" "KVM_EXIT_SHUTDOWN for a guest that reads at 0x200000" \
    "only the first 2 MiB are mapped: are the other 511 entries of each table 0?"

pass
