#!/bin/sh
# 04_serial under ThreadSanitizer: all threads at work, and each way to end. It makes the program fail
# with status 66 when two threads touch the same data without the lock.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=build/tsan/vm
needs_kvm_and_expect --cpus 2 --with "$(command -v setarch)"

# ThreadSanitizer wants its own part of the address space, and stops if randomisation has put the
# program there; setarch -R switches that off.
machine="setarch -R $vm --kernel build/test/echo.bin --memory 16M --cpus 4"

# clean WHAT STATUS COMMAND
clean() {
    timeout -k 5 300 sh -c "$3" >"$tmp/out" 2>"$tmp/err"
    is "$?" "$2" "$1: status $2"
    unlike "$(cat "$tmp/err")" "ThreadSanitizer" "$1: no race"
}
head -c 3000 /dev/urandom | base64 >"$tmp/text"
clean "input and output" 0 "(cat $tmp/text; printf '\004') | $machine --stats"
cp "$tmp/out" "$tmp/echoed"
{ printf 'echo: ready\r\n' && cat "$tmp/text"; } | cmp - "$tmp/echoed"
ok $? "all of it came back"
clean "reset" 3 "printf '\022' | $machine"
clean "triple fault" 4 "printf '\024' | $machine"
clean "--until" 0 "$machine --until ready </dev/null"
# shellcheck disable=SC2086 # several words
stop ready $machine
is "$status" 143 "SIGTERM: status 143"
unlike "$err" "ThreadSanitizer" "SIGTERM: no race"

cat >"$tmp/script" <<END
set timeout 300
spawn $machine
expect "ready\r\n"
send "keys"
expect "keys"
send "\x01hx"
expect "Ctrl-A to the guest"
send "\x01x"
expect eof
exit [lindex [wait] 3]
END
clean "a terminal" 0 "expect $tmp/script"
unlike "$(cat "$tmp/out")" "ThreadSanitizer" "a terminal: no race in what it shows either"

done_testing
