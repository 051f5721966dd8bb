#!/bin/sh
# 04-06: each press of Ctrl-A n is one NMI for a guest that hears nothing else, and the machine still ends.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 04_serial
run 300 "${CC:-gcc}" -O2 -D_GNU_SOURCE -c -o "$tmp/slow.o" "$EXERCISE/slow.c"
[ "$status" -eq 0 ] || exit 3
build 04_serial VM=build/slow/vm LDFLAGS="-Wl,--wrap=ioctl,--wrap=cpus_halted $tmp/slow.o"
for turn in 1 2; do
    random 6
    nmis=$((r + 3))
    random 3
    cpus=$((r + 1))
    assemble 04_serial/deaf.asm "$tmp/deaf.bin" -DNMIS=$nmis
    press=$nmis quit=0 ends="powers off" vm=build/slow/vm
    [ $turn -eq 1 ] || press=$((nmis - 2)) quit=1 ends="ends with Ctrl-A x" vm=vm
    run 1200 expect "$EXERCISE/press.exp" $press $quit common/lab/run -- \
        04_serial/$vm --kernel "$tmp/deaf.bin" --memory 16M --cpus $cpus
    [ "$status" -ne 127 ] || fail "the program expect, which presses the keys" "$out$err" \
        "in the top folder of the tree that this is a copy of: make deps exercises"
    out=$(printf '%s\n' "$out" | tr -d '\r')
    [ "$status" -ne 9 ] || fail "$press presses, $press NMIs (CPUs: $cpus)" "$(printf '%s\n' "$out" | grep '^deaf:')" \
        "the guest hangs with interrupts off and never leaves KVM_RUN by itself: who calls KVM_NMI, and when? what if \
the signal comes just before KVM_RUN?"
    [ "$status" -ne 8 ] || fail "after $press NMIs the machine $ends" "it goes on" \
        "whoever calls a CPU out of the guest has to leave the road free for cpu_join() to do so later"
    expect "0 $press" "$status $(printf '%s\n' "$out" | grep -c 'deaf: NMI')" \
        "status and number of NMIs of a guest that gets $press and then $ends"
done
pass
