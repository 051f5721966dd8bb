#!/bin/sh
# 05-11: a new MSR counts, a guest with random appetite looks on, and its neighbours still don't exist.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

vmx_build
shared=$(nm $stage/build/bare/vmm/exits/msr.o | sed -n 's/^[0-9a-f]* [bBdD] \([^.]*\).*/\1/p')
[ -z "$shared" ] || fail "a number of the guest's own" "\`$shared\`, a variable that all guests share" \
    "what else does a guest have that the CPU doesn't hold? See \`tsc_adjust\`"
random 5
reads=$((r + 2))
random_hex 8
high=$r
random_hex 7
low=0$r # no carry into the upper half
assemble "$EXERCISE/reads.asm" "$tmp/reads.bin" -I book/exercises/ -DREADS=$reads -DHIGH="0x$high" -DLOW="0x$low"
vmx_run "$tmp/reads.bin"
wanted=$(
    i=0
    while [ $i -lt $reads ]; do
        printf '%08x%08x\n' 0 $i
        i=$((i + 1))
    done
    printf '%08x%08x\n' "0x$high" "0x$low" "0x$high" $((0x$low + 1))
    echo "#GP"
)
[ "$status" = 0 ] || fail "the guest halts" "status $status:
$(vmx_end)" "it reads MSR 40000042h, writes it, and reads MSR 40000043h, which must be #GP as before"
expect "$wanted" "$guest" "EDX and EAX after RDMSR: $reads reads, a WRMSR of $high$low, two reads, and one of the next MSR"
pass
