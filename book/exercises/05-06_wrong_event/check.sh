#!/bin/sh
# 05-06: an exception with an error code where there are error codes, and without one where there aren't.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=unit.sh
. "$(dirname "$EXERCISE_LIB")/unit.sh"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
random_hex 4
msr=0x00${r}00
random_word 9
assemble "$EXERCISE/fault.asm" "$tmp/fault.bin" -DMSR="$msr" -DTEXT="'$r'"
vmx_run "$tmp/fault.bin"
[ "$status $guest" = "0 $r" ] || fail "a guest in real mode reads MSR $msr, and its handler of #GP prints \"$r\"" \
    "$guest${guest:+, and }status $status:
$(vmx_end)" "the first entry works, this one doesn't: what does ENTRY_INTERRUPTION_INFO in the dump ask for?"
unit check.c $stage/vmm/vcpu/inject.c -I$stage -iquote $stage/test/unit/fake
pass
