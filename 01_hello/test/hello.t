#!/bin/sh
# 01_hello: what it prints, how it ends, and what it refuses.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
vm=${VM:-./vm}
roms=build/test

run 20 "$vm"
is "$out" "Hello KVM!" "the built-in ROM prints its line"
is "$(wc -c <"$tmp/out" | tr -d ' ')" 11 "and nothing else: 11 bytes with the newline"
is "$err" "" "no word on standard error"
is "$status" 0 "HLT ends with status 0"

run 20 "$vm" build/rom.bin
is "$status:$out" "0:Hello KVM!" "a ROM file runs like the built-in one"

run 20 env TRACE=1 "$vm"
like "$err" "^IO out 0x0001 size 1 count 1: 48$" "TRACE=1 shows each exit"
is "$(grep -c . "$tmp/err")" 12 "eleven bytes and one HLT: twelve exits"

run 20 "$vm" "$roms/string_output.bin"
is "$status:$out" "0:many bytes, one instruction" "string output arrives whole"

# Each guest that does what this machine can't do is stopped with a report.
stops() {
    run 20 "$vm" "$roms/$1.bin"
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

run 2 "$vm" "$roms/spin.bin"
is "$out" "x" "what was printed before SIGTERM is not lost"

# Bad input: one line, status 2, nothing started.
refuses() {
    what=$1
    shift
    run 20 "$@"
    is "$status" 2 "$what: status 2"
    is "$(grep -c . "$tmp/err"):$out" "1:" "$what: one line, no output"
}
mkfifo "$tmp/fifo"
: >"$tmp/empty"
dd if=/dev/zero of="$tmp/large" bs=4097 count=1 2>/dev/null
refuses "missing file" "$vm" "$tmp/missing"
like "$err" "No such file or directory, expected a flat ROM$" "and says so"
refuses "empty file" "$vm" "$tmp/empty"
refuses "directory" "$vm" "$tmp"
refuses "FIFO" "$vm" "$tmp/fifo"
refuses "character device" "$vm" /dev/zero
refuses "4097 bytes" "$vm" "$tmp/large"
like "$err" "has 4097 bytes, expected a flat ROM of 1 to 4096 bytes$" "and says both sizes"
dd if=/dev/zero of="$tmp/huge" bs=1 count=0 seek=17825792 2>/dev/null
refuses "17 MiB" "$vm" "$tmp/huge"
refuses "two files" "$vm" "$tmp/empty" "$tmp/empty"
refuses "an option" "$vm" --help-me

printf '\364' >"$tmp/hlt"
run 20 "$vm" "$tmp/hlt"
is "$status:$out" "0:" "a ROM of one byte, HLT, is a program"

run 20 env KVM_DEVICE="$tmp/nothing" "$vm"
is "$status" 5 "no /dev/kvm: status 5"
like "$err" "modprobe kvm_intel" "and the mend"
run 20 env KVM_DEVICE=/dev/null "$vm"
is "$status" 5 "not a KVM device: status 5"
like "$err" "^/dev/null: not a KVM device" "and says so"

if [ -c /dev/full ]; then
    "$vm" </dev/null >/dev/full 2>"$tmp/err"
    is "$?" 2 "standard output that takes nothing: status 2, no endless loop"
fi

done_testing
