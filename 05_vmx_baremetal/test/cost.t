#!/bin/sh
# What an exit costs, where that can be told exactly: in Bochs, whose time-stamp counter counts
# instructions. `make bench` measures more.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

# KVM in the same place takes 936 for a guest without any CPUID leaves.
limit=250

rom=$build/test/guest/cpu/cost.bin
image "guest=hello"
machine --machine bochs
ticks=$(printf '%s\n' "$out" | grep -xE '[0-9]+')
is "$status" 0 "status 0"
is $((${ticks:-limit} < limit)) 1 "CPUID and back: fewer than $limit instructions: ${ticks:-no number}"

# The guest of `make bench`. The tick of a timer is one interrupt and four accesses to the 8259.
limit=2000
nasm -f bin -o "$tmp/exits" ../common/lab/bench/exits.asm
unset rom
image "guest=linux" "kernel=$tmp/exits"
machine --machine bochs
ticks=$(printf '%s\n' "$out" | sed -n 's/^a timer tick of Linux\t//p')
is "$status" 0 "status 0"
is $((${ticks:-limit} < limit)) 1 "a timer tick of Linux: fewer than $limit instructions: ${ticks:-no number}"
limit=3000
ticks=$(printf '%s\n' "$out" | sed -n 's/^a timer tick by the local APIC\t//p')
is $((${ticks:-limit} < limit)) 1 "by the local APIC: fewer than $limit: ${ticks:-no number}"

image "$(printf 'guest=hello\ncost=1')"
machine --machine bochs
like "$out" '^\[05\] the guest ran from tick [0-9]+ to [0-9]+$' "cost=1: how long it ran"
like "$out" '^\[05\] +11 +[0-9]+ +[0-9]+ I/O instruction$' "the exits by reason, and their ticks"

run 10 ../common/lab/bench/base nothing
is "$status" 2 "make bench BASE=nothing: status 2"
like "$err" '^BASE=nothing: no commit of this repository, expected one' "and a line that says so"
done_testing
