#!/bin/sh
# The tests that need the machine: test/suite/ runs them in one boot and prints TAP, which goes from
# here to prove. What the reports of the stopped guests say is looked at behind that.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh
. test/tools/image.sh

guests=
for bin in "$build"/test/guest/*/*.bin; do
    guests="$guests $(basename "$bin" .bin)=$bin"
done
program=suite
# shellcheck disable=SC2086  # a list
image "guest=suite" $guests "bios=$build/test/guest/devices/ports.bin"
machine
printf '%s\n' "$out" | sed -n 's/^\[05\] \(\(not \)\{0,1\}ok [0-9]*.*\)$/\1/p'
tap_run=$(printf '%s\n' "$out" | sed -n 's/^\[05\] 1\.\.\([0-9]*\)$/\1/p')
tap_run=${tap_run:-0}
is "$status" 0 "status 0: none failed, and the suite came to its end"

like "$out" 'guest "triple" stopped .*: triple fault \(exit reason 2\)' "a triple fault is reported"
like "$out" 'guest "vmx" stopped .*: triple fault \(exit reason 2\)' "so is one after a VMX instruction"
like "$out" 'code: 0f 01 c2 f4' "which is shown: VMLAUNCH"
like "$out" 'access: write' "an EPT violation: its access"
like "$out" 'access: read, while the guest.s page tables were read' "also one of a page walk"
like "$out" 'GPA 10000, linear address 10000' "its addresses"
like "$out" 'PML4E [0-9a-f]{16} rwx' "its walk, level by level"
like "$out" 'leads nowhere: a hole of 4 KiB' "and its end"
for how in "by an instruction that isn't emulated" "as code" "as page tables" "while it takes an interrupt or exception"; do
    like "$out" "it uses the registers of the test device at GPA 1000[0e] $how" "a device page $how: a report"
done
like "$out" 'its operand is at GPA 10ffe, which is not its memory' "an operand over its end: a report"
like "$out" 'its operand is at GPA 10000, which is not its memory' "an operand from memory into it: a report"
# What the guests see: differences.txt. Some of it is the CPU's, and the list has Bochs'.
if [ -s "$tmp/bochs.log" ]; then
    list=$(grep '^[a-z0-9]*: ' test/differences.txt | grep -v '^ports')
    is "$(printf '%s\n' "$out" | sed -n 's/^\[05\] # \([a-z0-9]*: .*, tells .*\)/\1/p' | sort)" \
        "$(printf '%s\n' "$list" | sort)" "the guests see what the list says"
else
    skip "the guests see what the list says" "another CPU than the list's"
fi
like "$out" 'ports that answer: 0020 0040 0041 0042 0043 0060 0061 0064 0071 00A0 0402 04D0 04D1 *$' \
    "a PC's guest finds its devices; not COM1 and COM2, which are the hypervisor's, nor anything else"
like "$out" 'GPA 400000, linear address 91000' "half an instruction: where the other half would be"
done_testing
