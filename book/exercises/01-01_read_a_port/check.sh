#!/bin/sh
# 01-01: the guest reads what it is given, whatever that is, and nothing else.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 01_hello

random 40
random_word $((r + 5))
text="$r, with a space"
input=$tmp/text
printf '%s\n' "$text" >"$input"
vm_run 60 01_hello/vm 01_hello/build/echo.bin
expect "$text" "$out" "echo.asm sends back each byte that it reads from port 2; it read these from you"
expect 0 "$status" "the guest halts when it reads 0xFF, which is what you answer at the end of the input"

# As many bytes as the guest asks for, in one exit; and 0xFF when there are no more.
random 20
count=$((r + 3))
cat >"$tmp/string.asm" <<END
        xor ax, ax
        mov es, ax
        mov ds, ax
        mov di, 0x800
        mov dx, 2
        mov cx, $count
        rep insb
        mov si, 0x800
        mov dx, 1
        mov cx, $count
        rep outsb
        in al, 2
        out 1, al
        hlt
END
assemble "$tmp/string.asm" "$tmp/string.bin"
random_word $count
printf '%s' "$r" >"$input"
vm_run 60 01_hello/vm "$tmp/string.bin"
expect "$r" "$(printf '%s' "$out" | tr -d '\377')" \
    "this guest asks for $count bytes with one \`rep insb\`: one exit, io.count bytes"
expect "377" "$(tail -c 1 "$tmp/out" | od -An -to1 | tr -d ' ')" \
    "(these are octal) after the last byte of the input the guest reads 0xFF"

# What isn't for this port remains a mistake of the guest's.
random 200
port=$((r + 3))
printf 'in al, %d\nhlt\n' $port >"$tmp/other.asm"
assemble "$tmp/other.asm" "$tmp/other.bin"
vm_run 60 01_hello/vm "$tmp/other.bin"
expect 4 "$status" "a guest that reads port $port, which nobody serves, ends with a report and status 4"
# Nor does the direction go unnoticed: what is written to this port, and what is read from the other one.
for access in 'out 2, al' 'in al, 1'; do
    printf '%s\nhlt\n' "$access" >"$tmp/direction.asm"
    assemble "$tmp/direction.asm" "$tmp/direction.bin"
    vm_run 60 01_hello/vm "$tmp/direction.bin"
    expect "4 KVM_EXIT_IO" "$status $(printf '%s\n' "$err" | sed -n '1s/:.*//p')" \
        "a guest that does \`$access\` ends with a report and status 4"
done
printf 'in ax, 2\nhlt\n' >"$tmp/wide.asm"
assemble "$tmp/wide.asm" "$tmp/wide.bin"
vm_run 60 01_hello/vm "$tmp/wide.bin"
expect 4 "$status" "a guest that reads two bytes at once (\`in ax, 2\`) ends with a report and status 4"

pass
