#!/bin/sh
# 05-07: every register survives an exit.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
random_hex 14
pattern=0x${r}41 # the last byte is the letter that the guest prints
assemble "$EXERCISE/registers.asm" "$tmp/registers.bin" -DPATTERN="$pattern"
vmx_run "$tmp/registers.bin"
[ "$status" = 0 ] || fail "the guest fills its registers, leaves twice, compares them, and halts" \
    "status $status:
$(vmx_end)" "a panic of ours means that the way back into C is broken: rdi, rsp, or what C wants kept"
expect "AB" "$guest" \
    "A and B are what AL holds at the two exits; behind them are the letters of those registers that changed: a to h are rax rbx rcx rdx rsi rdi rbp r8, i to o are r9 to r15"
pass
