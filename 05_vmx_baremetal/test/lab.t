#!/bin/sh
# The machine itself, vmx-lab, with boot sectors for guests: input and output, its ends, what it
# leaves behind.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

# disk SECTOR: an image of one cylinder that begins with this boot sector
disk() {
    cp "$build/test/$1.bin" "$tmp/disk.img"
    truncate -s 516096 "$tmp/disk.img"
}

# typed TEXT [OPTION]...: as machine, with this on the machine's COM1
typed() {
    printf '%s' "$1" >"$tmp/keys"
    shift
    timeout -k 5 600 "$lab" "$@" "$tmp/disk.img" <"$tmp/keys" >"$tmp/out" 2>"$tmp/err"
    status=$?
    out=$(cat "$tmp/out")
    err=$(cat "$tmp/err")
}

mkdir "$tmp/tmp"
export TMPDIR="$tmp/tmp"
before=$(cksum <"$build/test/echo.bin")

for kind in bochs tcg; do
    disk echo
    typed 'HAL0' --machine $kind
    is "$out" '>IBM' "$kind: typed bytes reach the machine, and its bytes us"
    is "$status" 0 "$kind: status 0, because the machine said so"
    typed '7' --machine $kind
    is "$status" 7 "$kind: status 7, the same"
    typed 'Z!' --machine $kind
    is "$status:$out" '4:>[' "$kind: the end without a status is a failure"
    typed '' --machine $kind --timeout 3
    is "$status" 124 "$kind: status 124 when the time is over"
    like "$err" 'did not end in 3 seconds' "$kind: and a sentence"

    disk triple_fault
    typed '' --machine $kind --timeout 500
    is "$status" 4 "$kind: a triple fault is a failure"
    like "$err" 'ended without saying how' "$kind: and a sentence"
done

disk triple_fault
typed '' --machine bochs
like "$err" '3rd .*exception with no resolution' \
    "Bochs: the last lines of its log tell of the triple fault"

disk echo
(sleep 2 && printf 'A1') | "$lab" --machine bochs "$tmp/disk.img" >"$tmp/first" 2>&1 &
first=$!
typed 'B2' --machine bochs
wait $first
is "$?:$(cat "$tmp/first")" '1:>B' "two at once: the first"
is "$status:$out" '2:>C' "two at once: the second"
is "$(head -c 512 "$tmp/disk.img" | cksum)" "$before" "the image is not written to"

for kind in bochs tcg; do
    "$lab" --machine $kind "$tmp/disk.img" </dev/null >/dev/null 2>&1 &
    victim=$!
    until children=$(pgrep -P "$victim" ptyrun); do
        sleep 0.1
    done
    kill -TERM $victim
    wait $victim
    is "$?" 143 "$kind: SIGTERM ends it"
    for _ in $(seq 300); do
        kill -0 "$children" 2>/dev/null || break
        sleep 0.1
    done
    ! kill -0 "$children" 2>/dev/null
    ok $? "$kind: and what it had started"
done
is "$(ls "$TMPDIR")" "" "no temporary file is left"

# What Bochs shows on its screen has an end. If it wrote there for ever, nobody could read it all.
SCREEN=$tmp/screen "$lab" --machine bochs --timeout 600 "$tmp/disk.img" </dev/null >/dev/null 2>&1 &
victim=$!
for _ in $(seq 3000); do
    ! grep -qs 'Booting from' "$tmp/screen" || break
    sleep 0.1
done
sleep 4
out=$(tr '\033' '\n' <"$tmp/screen")
kill -TERM $victim
wait
like "$out" 'Booting from' "Bochs: its screen"
unlike "$out" '^.\?25[hl]' "on which no cursor blinks"

echo '7c00 start' >"$tmp/symbols"
echo q >"$tmp/keys"
# shellcheck disable=SC2016 # for the inner shell
run 300 sh -c '"$1" --machine bochs --debug "$2" "$3" <"$4"' sh "$lab" "$tmp/symbols" "$tmp/disk.img" "$tmp/keys"
like "$out" '^Next at t=0' "--debug: Bochs waits in its debugger"

cat >"$tmp/keys.exp" <<'END'
set timeout 600
spawn {*}$argv
expect ">"
send "a\003"
expect "b\004"
send "\035"
expect eof
exit [lindex [wait] 3]
END
expect "$tmp/keys.exp" "$lab" --machine tcg "$tmp/disk.img" >"$tmp/out"
is "$?" 130 "on a terminal keys go raw, Ctrl-C too, and Ctrl-] ends the machine"

# A terminal that goes away without a word: its input is elsewhere, and no SIGHUP comes.
cat >"$tmp/gone" <<END
echo \$\$ >"$tmp/pid"
exec "$lab" --machine tcg --timeout 0 "$tmp/disk.img" </dev/null
END
# shellcheck disable=SC2016 # expect's
expect -c 'set timeout 600; spawn -noecho setsid -w sh '"$tmp/gone"'; expect ">"; close' >/dev/null 2>&1 </dev/null
for _ in $(seq 600); do
    kill -0 "$(cat "$tmp/pid")" 2>/dev/null || break
    sleep 0.1
done
is "$(ps -o args= -p "$(cat "$tmp/pid")")" "" "a machine whose terminal is gone ends"
# shellcheck disable=SC2016 # for the inner shell
timeout 300 sh -c '"$1" --machine tcg --timeout 0 "$2" </dev/null | head -c 1' sh "$lab" "$tmp/disk.img" >"$tmp/out"
is "$?:$(cat "$tmp/out")" "0:>" "so does one whose output nobody reads any more"

run 300 "$lab"
is "$status" 2 "no image: status 2"
run 300 "$lab" "$tmp/none.img"
like "$err" 'none.img: no such file, expected a disk image' "an image that is not there: a sentence"
is "$status" 2 "and status 2"
run 300 "$lab" --machine vax "$tmp/disk.img"
like "$err" 'vax: expected auto, qemu, bochs or tcg' "an unknown machine: a sentence"
is "$status" 2 "and status 2"
while IFS='|' read -r options sentence; do
    # shellcheck disable=SC2086  # words
    run 300 "$lab" $options "$tmp/disk.img"
    is "$err" "vmx-lab: $sentence" "$options: a sentence"
    is "$status" 2 "$options: status 2"
done <<'END'
--memory lots|--memory lots: expected a whole number
--memory 0|--memory 0: expected at least 1
--firmware uefi --memory 47|--memory 47: expected at least 48, with less OVMF says nothing and stands still
END
run 900 make -s "BUILD=$build" MEMORY= FIRMWARE= MACHINE= run
is "$status" 0 "make run with nothing behind MEMORY=, FIRMWARE= and MACHINE=: status 0"
like "$out" '^Hello KVM!' "as without them"
run 300 env BOCHS=/none "$lab" --machine bochs "$tmp/disk.img"
is "$status" 5 "Bochs is missing: status 5"
done_testing
