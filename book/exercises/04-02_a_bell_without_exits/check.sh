#!/bin/sh
# 04-02: a guest rings, with and without waiting; all rings are heard and answered, none is an exit.

# shellcheck source=check_lib.sh
. "$EXERCISE_LIB"

build 04_serial
for turn in 1 2 3; do
    random 2000
    rounds=$((r + 200))
    random 4000
    burst=$((r + 200))
    assemble 04_serial/ring.asm "$tmp/ring.bin" -DROUNDS=$rounds -DBURST=$burst
    vm_run 120 -- 04_serial/vm --kernel "$tmp/ring.bin" --memory 16M --stats
    [ $status -ne 124 ] || fail "the guest rings $rounds times, waiting, and then $burst times, and ends" \
        "it waits for ever (turn $turn)" \
        "each ring must be answered by an interrupt; and rings add up: what is read from an eventfd is a number"
    expect "All rings were heard, and answered." "$(printf '%s\n' "$out" | tr -d '\r' | head -n 1)" \
        "it rang $rounds times, waiting, and then $burst times: a read of the port must bring the sum"
    expect 0 "$status" "the guest powers off"
    expect 0 "$(printf '%s\n' "$err" | awk '$1 == "bell" { print $3 }')" \
        "exits for writes to the bell's port, of $((rounds + burst)); --stats shows them in the column \"out\""
done
pass
