#!/bin/sh
# 05-14: ticks, in a guest that never leaves and in one that leaves all the time.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
random 4
ticks=$((r + 2))
random 20000
slice=$((r + 300000))
short=$((slice / 20))
run_ticks() { # run_ticks PROGRAM SLICE HINT
    vmx_run "$tmp/$1.bin" slice="$2" ticks=$ticks
    expect "$ticks ticks" "$(printf '%s\n' "$ours" | grep -c '^tick:') ticks" "$3 (slice=$2 ticks=$ticks)"
    expect "status 0, and \"the guest is done\"" "status $status, and \"$(printf '%s\n' "$ours" | grep -o 'the guest is done')\"" \
        "the last tick ends the guest as if it had switched its machine off: VM_POWERED_OFF, RESUME_STOP"
}

printf 'mov ecx, 20000000\nagain: dec ecx\njnz again\nhlt\n' >"$tmp/busy.asm"
printf 'mov ecx, 200000\nagain: in al, 1\ndec ecx\njnz again\nhlt\n' >"$tmp/exits.asm"
assemble "$tmp/busy.asm" "$tmp/busy.bin"
assemble "$tmp/exits.asm" "$tmp/exits.bin"
run_ticks busy $slice "this guest only counts down, for 20 million rounds"
# Two instructions a round: some cycles, by no means a hundred.
printf '%s\n' "$ours" | sed -n 's/^tick: rcx //p' | (
    last=20000000
    while read -r rcx; do
        rounds=$((last - 0x$rcx)) last=$((0x$rcx))
        [ $rounds -gt $((slice / 50)) ] && [ $rounds -lt $((slice * 5)) ] || echo "$rounds"
    done
) >"$tmp/uneven"
[ ! -s "$tmp/uneven" ] || fail "a tick every $slice cycles of the TSC, which is about $((slice / 2)) rounds of the guest" \
    "after $(head -n 1 "$tmp/uneven") rounds" "one count of the timer is 2^N cycles, N being bits 4:0 of IA32_VMX_MISC"
run_ticks exits $short "this guest leaves 200,000 times: an entry must not wind the timer up again"
pass
