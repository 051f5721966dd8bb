#!/bin/sh
# Every way to crash ends in a report with names, and in a machine that has ended.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

# crash NAME REPORT CALLER
crash() {
    image "crash=$1"
    machine
    is "$status" 1 "$1: status 1"
    like "$out" "^\[05\] panic: $2" "$1: the report"
    like "$out" "^\[05\]     0x[0-9a-f]{16} $3\+0x[0-9a-f]+$" "$1: the backtrace names $3"
    like "$out" "^\[05\]     0x[0-9a-f]{16} main\+0x[0-9a-f]+$" "$1: and reaches main"
    like "$out" "^\[05\]     0x[0-9a-f]{16} start\+0x[0-9a-f]+$" "$1: and start, where all began"
}

crash divide '#DE divide error \(vector 0' crash_divide
crash opcode '#UD invalid opcode \(vector 6' crash_opcode
crash gp '#GP general protection \(vector 13' crash_gp
crash null '#PF page fault .*error code 0x2\)' crash_null
like "$out" "writing 0x0, which is not mapped" "null: the address"
crash write-code '#PF page fault .*error code 0x3\)' crash_write_code
like "$out" "writing 0x100000, which is mapped, but not for that" "write-code: the address"
crash write-rodata '#PF page fault .*error code 0x3\)' crash_write_rodata
crash write-payload '#PF page fault .*error code 0x3\)' crash_write_payload
crash execute-data "#PF page fault .*error code 0x11\)" crash_if_asked
like "$out" "executing 0x.*, which is mapped, but not for that" "execute-data: the address"
crash nmi 'NMI \(vector 2' crash_nmi
crash machine-check '#MC machine check \(vector 18' crash_machine_check
crash interrupt 'interrupt \(vector 32' crash_interrupt
crash double-free '1 pages at 0x.* given back that are not in use' page_free

# The last frame of an overflown stack is far from main.
image "crash=stack"
machine
is "$status" 1 "stack: status 1"
like "$out" 'panic: #DF double fault' "stack: the page fault found no room on the stack"
like "$out" 'the main stack has overflowed into its guard page' "stack: the report says so"
like "$out" 'crash_stack\+0x' "stack: and names the function"

image "crash=nonsense"
machine
is "$status" 1 "an unknown crash: status 1"
like "$out" 'panic: option crash=nonsense: no such crash' "an unknown crash: the report"
done_testing
