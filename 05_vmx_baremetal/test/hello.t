#!/bin/sh
# The ladder, and at its top the ROM of stage 01.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

image "guest=hello"
machine
is "$status" 0 "status 0"
for rung in 'vmx on' ept vmcs 'vmx off'; do
    like "$out" "^\[05\] $rung.* \.\.\. ok$" "the rung \"$rung\""
done
like "$out" '^\[05\] acpi: tables of "BOCHS " at 0x[ef][0-9a-f]{3}0$' "the BIOS has left ACPI tables"
is "$(printf '%s\n' "$out" | grep -v '^\[05\]')" "Hello KVM!" "the guest's output, and nothing else without our mark"

# All of it fits into the least memory that boot/image.h leaves.
for memory in 16 4; do
    machine --memory $memory
    like "$out" '^Hello KVM!$' "a machine of $memory MiB: the guest"
    is "$status" 0 "a machine of $memory MiB: status 0"
done
machine --memory 3
is "$out" '[05] load hypervisor ... the machine has no memory where it has to go, give it more' "3 MiB: a sentence"
is "$status" 2 "3 MiB: status 2"

image "$(printf 'guest=hello\nstats=1')"
machine
like "$out" '^\[05\] +11 I/O instruction$' "stats=1: eleven letters, eleven exits"
like "$out" '^\[05\] +1 HLT$' "stats=1: and one for its end"

# Another ROM, which uses a port that nobody serves. Stage 01 answers with a report too.
printf '\270\001\000\346\200' >"$tmp/rom"  # mov ax, 1; out 80h, al
rom=$tmp/rom
image "guest=hello"
machine
like "$out" 'guest "hello" stopped at CS:RIP 0000:3 .*I/O instruction \(exit reason 30\)' "an unknown port: a report"
like "$out" 'no device at port 80: OUT of 1 bytes' "that names the port"
like "$out" 'rax 0000000000000001' "and has the registers"
like "$out" 'code: e6 80 00 00' "and the code"
like "$out" 'vmx off' "the hypervisor is alive"
is "$status" 4 "status 4: the guest crashed"

dd if=/dev/zero of="$tmp/rom" bs=4097 count=1 status=none
image "guest=hello"
machine
like "$out" 'hello: 4097 bytes, but the guest has 4096' "a ROM larger than its memory: a sentence"
is "$status" 2 "status 2: bad input"

image "guest=nobody"
machine
like "$out" 'there is no guest "nobody"' "an unknown guest: a sentence"
is "$status" 2 "status 2: bad input"
done_testing
