#!/bin/sh
# 05-13: a guest that looks for a hypervisor finds one with hide=0, and none with hide=1.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
random 200
leaf=$(printf '0x400000%02x' $((r + 32)))
assemble "$EXERCISE/look.asm" "$tmp/look.bin" -I book/exercises/ -DLEAF="$leaf"
random 2
for hide in $r $((1 - r)); do
    vmx_run "$tmp/look.bin" hide="$hide"
    [ "$status" = 0 ] || fail "the guest looks around and halts (hide=$hide)" "status $status:
$(vmx_end)" "it executes CPUID and VMCALL, and has a handler for #UD"
    if [ "$hide" = 0 ]; then
        wanted="hypervisor bit 1
40000000 40000010 70657453 74537942 56487065
40000001 00000001 00000000 00000000 00000000
VMCALL answered"
        why="without hide=1 nothing may change"
    else
        wanted="hypervisor bit 0
40000000 00000000 00000000 00000000 00000000
40000001 00000000 00000000 00000000 00000000
VMCALL #UD"
        why="with hide=1: bit 31 of ECX in leaf 1; EAX EBX ECX EDX of the hypervisor's leaves; VMCALL"
    fi
    expect "$wanted" "$(printf '%s\n' "$guest" | grep -v "^${leaf#0x}\|^40000010")" "$why"
    [ "$hide" = 1 ] || expect_like '^40000010 0*[1-9a-f]' "$guest" \
        "leaf 40000010h: how fast the TSC is, in EAX" "without hide=1 nothing may change"
    [ "$hide" = 0 ] || expect "40000010 00000000 00000000 00000000 00000000
${leaf#0x} 00000000 00000000 00000000 00000000" "$(printf '%s\n' "$guest" | grep "^${leaf#0x}\|^40000010")" \
        "the leaves of hypervisors are all those from 40000000h on, not only those that ours has"
done
pass
