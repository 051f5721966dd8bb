#!/bin/sh
# 01-06: what the three bugs do is not done any more.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 01_hello
vm_run 60 01_hello/vm
expect "Hello KVM!" "$out" "what worked before works still"

random_word 2
printf ' mov ax, "%s"\n out 1, ax\n hlt\n' "$r" >"$tmp/wide.asm"
assemble "$tmp/wide.asm" "$tmp/wide.bin"
vm_run 60 01_hello/vm "$tmp/wide.bin"
expect_like "^  IO out 0x0001 size 2 count 1: " "$out$err" "IO out 0x0001 size 2 count 1: ..." \
    "a guest that writes two bytes at once to port 1, which takes one, ends with a report"

printf ' mov al, "%s"\n in al, 1\n hlt\n' "$(printf %.1s "$r")" >"$tmp/read.asm"
assemble "$tmp/read.asm" "$tmp/read.bin"
vm_run 60 01_hello/vm "$tmp/read.bin"
expect "status 4, IO in 0x0001 size 1 count 1" "status $status, $(printf '%s\n' "$err" | sed -n '2s/^ *//p')" \
    "a guest that reads port 1, at which nobody answers, ends with a report"

# A guest that runs until it is told to end, stopped and continued as from a shell with Ctrl-Z and fg.
printf ' mov al, "x"\n out 1, al\nagain: jmp again\n' >"$tmp/spin.asm"
assemble "$tmp/spin.asm" "$tmp/spin.bin"
cat >"$tmp/stop.sh" <<'END'
"$1" "$2" &
sleep 1
kill -STOP $!
kill -CONT $!
sleep 1
kill -TERM $!
wait $!
END
vm_run 60 sh "$tmp/stop.sh" 01_hello/vm "$tmp/spin.bin"
expect "status 143" "status $status$(printf '%s\n' "$err" | grep KVM | sed 's/^/, /')" \
    "a guest that was stopped and continued (Ctrl-Z and fg) goes on, until SIGTERM ends the VMM with status 143"

pass
