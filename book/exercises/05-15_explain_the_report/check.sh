#!/bin/sh
# 05-15: the formulas, with the numbers of reports that nobody has printed yet.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"
# shellcheck source=vmx.sh
. "$(dirname "$EXERCISE_LIB")/vmx.sh"

export rip base length qualification gpa vectoring

# answer QUESTION WANTED HINT
answer() {
    run 60 sh -c ". $stage/explain.sh; $1"
    expect "$1: $2" "$1: $(printf '%d' "$out" 2>/dev/null)" \
        "$3; rip $rip base $base length $length qualification $qualification gpa $gpa vectoring $vectoring"
}

# Each turn has other bits, so that no formula passes that leaves one of them out.
for turn in 0 1 2 3; do
    random_hex 5
    rip=0x$r
    random_hex 4
    base=0x${r}0
    random 15
    length=0x$(printf %x $((r + 1)))
    in=$((turn & 1))
    valid=$((turn >> 1))
    size=$((1 << (turn + 1) % 3))
    random 256
    number=$r
    random_hex 4
    port=0x$r
    qualification=$(printf '0x%x' $((port << 16 | in << 3 | size - 1)))
    gpa=0
    vectoring=$(printf '0x%x' $((valid << 31 | 3 << 8 | number)))
    answer linear $((base + rip)) "the hidden part of CS counts, not the selector"
    answer next $((rip + length)) "as vcpu_skip_instruction() does it"
    answer port $((port)) "bits 31:16"
    answer bytes $size "bits 2:0 hold one less"
    answer is_in $in "bit 3"
    answer vector $((valid ? number : 256)) "bit 31 says whether there was one, bits 7:0 which"

    random_hex 11
    gpa=0x$r
    access=$((1 << turn % 3)) # a read, a write, a fetch
    qualification=$(printf '0x%x' $((turn << 7 | access)))
    answer is_write $((access >> 1 & 1)) "bit 0 is a read, bit 1 a write, bit 2 a fetch"
    answer is_walk $((turn == 1)) "bit 7: there is a linear address; bit 8: it was already translated"
    answer pml4_index $((gpa >> 39 & 0x1FF)) "nine bits for each of the four levels, and twelve for the page"
    answer pt_index $((gpa >> 12 & 0x1FF)) "nine bits for each of the four levels, and twelve for the page"
done
pass
