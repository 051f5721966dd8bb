#!/bin/sh
# 01_hello: what it prints, and how it ends.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. ../common/test/kvm.sh
vm=${VM:-./vm}
needs_kvm
roms=build/test

run 300 "$vm"
is "$out" "Hello KVM!" "the built-in ROM prints its line"
is "$(wc -c <"$tmp/out" | tr -d ' ')" 11 "and nothing else: 11 bytes with the newline"
is "$err" "" "no word on standard error"
is "$status" 0 "HLT ends with status 0"

run 300 "$vm" build/rom.bin
is "$status:$out" "0:Hello KVM!" "a ROM file runs like the built-in one"

run 300 env TRACE=1 "$vm"
like "$err" "^IO out 0x0001 size 1 count 1: 48$" "TRACE=1 shows each exit"
is "$(grep -c . "$tmp/err")" 12 "eleven bytes and one HLT: twelve exits"

run 300 "$vm" "$roms/string_output.bin"
is "$status:$out" "0:many bytes, one instruction" "string output arrives whole"

# Each guest that does what this machine can't do is stopped with a report.
stops() {
    run 300 "$vm" "$roms/$1.bin"
    is "$status" 4 "$1 ends with status 4"
    like "$err" "$2" "$1 is named: $2"
    like "$err" "^  rip [0-9a-f]{16} rflags" "$1: the report has the registers"
    like "$err" "^  code at linear $3" "$1: and the code: $3"
}
stops triple_fault "^KVM_EXIT_SHUTDOWN: triple fault" "(1f: 0f 0b|fffffff0: no memory there)"
like "$err" "code at linear 1f|the registers are those after a reset" "triple_fault: AMD's are explained"
stops no_memory "^KVM_EXIT_(INTERNAL_ERROR|MMIO): " "8000: no memory there"
stops read_hole "^  MMIO read 0x8000 size 1" "[0-9a-f]+: [0-9a-f]{2}"
stops unknown_port "^  IO out 0x0042 size 1 count 1: 07" "[0-9a-f]+: "
stops wide_output "^  IO out 0x0001 size 2 count 1: 41 42" "[0-9a-f]+: "

stop x "$vm" "$roms/spin.bin"
is "$status:$out" "143:x" "SIGTERM ends it, and what was printed before is not lost"

printf '\364' >"$tmp/hlt"
run 300 "$vm" "$tmp/hlt"
is "$status:$out" "0:" "a ROM of one byte, HLT, is a program"

if [ -c /dev/full ]; then
    "$vm" </dev/null >/dev/full 2>"$tmp/err"
    is "$?" 2 "standard output that takes nothing: status 2, no endless loop"
fi

# A closed descriptor's number must not become the machine's: the guest's output would go there.
for closed in "<&-" ">&-" "2>&-" "<&- >&- 2>&-"; do
    timeout -k 5 300 sh -c "$vm $closed" >"$tmp/out" 2>"$tmp/err"
    is "$?:$(cat "$tmp/err")" "0:" "with $closed: status 0, nothing to complain of"
done

done_testing
