#!/bin/sh
# 04_serial: whatever standard input is, the guest gets all of it and the program ends when the guest
# does. The guest is echo.asm.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
needs_kvm --cpus 2
echo=build/test/echo.bin

# echo_guest COMMAND: runs it with $machine as the virtual machine; sets $out, $err, $status.
machine="$vm --kernel $echo --memory 16M"
echo_guest() {
    timeout -k 5 300 sh -c "$1" >"$tmp/out" 2>"$tmp/err"
    status=$?
    out=$(tr -d '\r' <"$tmp/out")
    err=$(cat "$tmp/err")
}
ready="echo: ready"

echo_guest "printf 'text\004' | $machine"
is "$status:$out" "0:$ready
text" "a pipe"
echo_guest "(printf one; sleep 1; printf 'two\004'; sleep 1) | $machine"
is "$status:$out" "0:$ready
onetwo" "a pipe that pauses, and stays open"
printf 'text\022' >"$tmp/reset"
echo_guest "$machine <$tmp/reset"
is "$status:$out" "3:$ready
text" "a file"
printf 'a\001xb\004' >"$tmp/ctrl-a"
echo_guest "$machine <$tmp/ctrl-a"
is "$status:$out" "0:$ready
$(printf 'a\001xb')" "only a terminal has escape keys"

# Without a byte the guest waits for ever; --until ends it.
for input in "</dev/null" "<&-" "<." "</proc/self/mem" "</dev/tty1"; do
    echo_guest "$machine --until ready $input"
    is "$status:$out" "0:$ready" "$input"
done

# Nor is it anybody else's: a disk's thread sleeps, and doesn't look whether there is input.
head -c 512 /dev/zero >"$tmp/disk"
$machine --disk "$tmp/disk" </dev/null >"$tmp/out" 2>"$tmp/err" &
pid=$!
wait=0
until grep -q "$ready" "$tmp/out" || [ $wait -ge 300 ]; do sleep 1 && wait=$((wait + 1)); done
running=0
for _ in 1 2 3 4 5 6 7 8 9 10; do
    if cat /proc/$pid/task/*/stat | grep -q ') R '; then running=$((running + 1)); fi
    sleep 0.1
done
kill $pid
wait $pid
is "$?" 143 "a disk, and input that has ended: it goes on"
[ $running -le 5 ]
ok $? "and its threads sleep: in 10 looks $running found one that runs"

last='
' # the character behind which the guest is silent
echo_guest "$machine --until '$last' </dev/null"
is "$status:$out" "0:$ready" "--until the last character"

echo_guest "printf '\004' | $machine >&-"
is "$status" 0 "closed output is no reason to stop"
echo_guest "$machine <&- >&- 2>&- --until ready"
is "$status" 0 "nor is no descriptor at all"
echo_guest "printf '\004' | $machine 2>&-"
is "$status:$out" "0:$ready" "nor is closed standard error"
echo_guest "$machine </dev/null >/dev/full"
is "$status" 2 "output that can't be written is"
like "$err" "output can't be written: No space left" "and it says why"

head -c 24576 /dev/urandom | base64 >"$tmp/long"
{ cat "$tmp/long" && printf '\004'; } >"$tmp/long.d"
{ printf 'echo: ready\r\n' && cat "$tmp/long"; } >"$tmp/expected"
echo_guest "$machine <$tmp/long.d"
cmp "$tmp/expected" "$tmp/out"
ok $? "32 KiB arrive and come back, byte by byte the same"
like "$err" "serial port" "the summary names the serial port"

echo_guest "printf 'text\004' | $machine --stats --ready ready"
like "$err" "^ready in [0-9]+ ms, [0-9]+ exits$" "--stats: when the guest was ready"
like "$err" "^  serial port +[0-9]+ +[0-9]+$" "--stats: the table"
echo_guest "printf 'text\004' | $machine --stats"
unlike "$err" "^ready in" "a guest that never says so was never ready"
echo_guest "printf 'text\004' | TRACE=1 $machine"
like "$err" "^IO out 0x0604 size 2 count 1: 00 34$" "TRACE=1: the exit that powers off"

echo_guest "(printf 'a\014'; sleep 1; printf 'and a text longer than the FIFO\004') | $machine"
is "$status:$out" "0:$ready
aand a text longer than the FIFO" "a guest that polls gets every byte"
for way in "005 in" "017 outside"; do
    echo_guest "printf '\\${way% *}\004' | $machine"
    is "$status:$out" "0:$ready
$(head -c 8192 /dev/zero | tr '\0' .)" "a driver that sends ${way#* } its interrupt handler needs no 50 ms a byte"
done
for cpus in 1 2; do
    echo_guest "printf 'text\010' | $machine --cpus $cpus"
    is "$status:$out" "0:$ready
text" "--cpus $cpus: a guest that has halted for good is done"
done
for cpus in 2 64; do
    echo_guest "printf 'text\004' | $machine --cpus $cpus"
    is "$status:$out" "0:$ready
text" "--cpus $cpus: the other CPUs wait, and end with the first"
done

done_testing
