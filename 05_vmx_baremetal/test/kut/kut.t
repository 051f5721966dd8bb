#!/bin/sh
# The runner of kvm-unit-tests, with a small test of our own in their place: what it starts, what it
# reads, and what it says. With theirs, `make test-kut` runs it.

cd "$(dirname "$0")/../.." || exit 1
# shellcheck source=SCRIPTDIR/../../../common/test/tap.sh
. ../common/test/tap.sh

table=test/kut/table.txt
mkdir "$tmp/flats" "$tmp/none" "$tmp/other"
nasm -f bin -o "$tmp/flats/sample.flat" test/kut/sample.asm || exit 1
echo text >"$tmp/other/text.flat"

# kut [TEST]...: the runner, with the table on standard input.
kut() {
    cat >"$tmp/table"
    run 900 env TABLE="$tmp/table" LIMIT=800 test/kut/run "$tmp/flats" "$@"
}

cat >"$tmp/two" <<END
sample well: 7 passed, 1 skipped
sample other: 6 passed, 1 failed, 1 skipped
absent: 3 passed
  Not in the folder.
left out: isn't run
END
kut <"$tmp/two"
is "$out" "ok 1 - sample well: 7 passed, 1 skipped
ok 2 - sample other: 6 passed, 1 failed, 1 skipped
ok 3 - absent # SKIP no absent.flat in the folder
ok 4 - left out # SKIP no left.flat in the folder
1..4" "on our hypervisor it finds what a multiboot loader gives, and is judged by its lines"
is "$status" 0 "as the table has it: status 0"

kut "sample well" <<END
sample well: 8 passed
  bare: 1 passed
END
like "$out" '^not ok 1 - sample well: 8 passed$' "another result than the table's"
like "$out" '^# got:  *7 passed, 1 skipped$' "is named"
like "$out" '^# SKIP: one' "and what the test said, but for what passed"
is "$status" 1 "status 1"

if command -v "${BOCHS:-bochs}" >/dev/null; then
    export BARE=1
    kut <<END
sample well: 7 passed
  bare: 7 passed, 1 skipped
  Text.
sample other: 6 passed, 1 failed, 1 skipped
END
    unset BARE
    is "$status" 0 "the same on the bare machine, for which the table has a line where it differs"
    like "$out" '^ok 1 - sample well: 7 passed, 1 skipped' "that line counts"
else
    skip "the same on the bare machine" "bochs is missing"
fi

# lab STATUS TEXT: a machine that says this, and ends so.
lab() {
    printf '#!/bin/sh\nprintf '"'$2'"'\nexit %s\n' "$1" >"$tmp/lab"
    chmod +x "$tmp/lab"
    export LAB="$tmp/lab"
}
# ends STATUS TEXT RESULT: what the runner makes of it.
ends() {
    lab "$1" "$2"
    kut sample <<END
sample: $3
END
    is "$status" 0 "status $1 of the machine: $3"
}
ends 0 'PASS: a\r\nPASS: b\r\nFAIL: c\r\nFAIL is no result\r\n' "2 passed, 1 failed"
ends 124 'PASS: a\r\n' "1 passed, never ends"
ends 4 'PASS: a\r\n' "1 passed, then is stopped"
ends 3 'SKIP: a\r\n' "0 passed, 1 skipped, then resets"
ends 0 'Unhandled exception 13 #GP at ip 1\r\n' "0 passed, then gives up"
ends 124 'PASS: a\r\nSUMMARY: 1 tests\r\n' "1 passed"
unset LAB

cat >"$tmp/two" <<END
sample x2apic=0 well: 6 passed, 1 failed, 1 skipped
sample other x2apic=0: 5 passed, 2 failed, 1 skipped
END
kut <"$tmp/two"
is "$status" 0 "a word with = is an option of the image, and no argument: with x2apic=0, CPUID has no x2APIC"

# vmexit, with our test in its place, and KVM made up.
cp "$tmp/flats/sample.flat" "$tmp/flats/vmexit.flat"
cat >"$tmp/kvm" <<'END'
#!/bin/sh
printf '6.1.0\r\ncpuid 14\r\n  eoi cpuid 12\r\nthere 1\r\n--- DONE: 0 ---\r\n'
END
chmod +x "$tmp/kvm"
run 900 env KVM_LAB="$tmp/kvm" LIMIT=800 test/kut/vmexit "$tmp/flats" "$tmp/rows"
is "$status" 0 "vmexit: status 0"
is "$out" "  ticks                                     hypervisor      KVM
  cpuid                                              7       14   x0.500
  eoi cpuid                                          3       12   x0.250" "its rows, beside KVM's, and how they compare"
like "$(cat "$tmp/rows/vmexit.tsv")" '^# Measured by .*; KVM of Linux 6.1.0$' "and in a table, how they came about"
measured=$out
run 300 test/kut/vmexit --report "$tmp/rows"
is "$out" "$measured" "which --report prints again"
run 300 test/kut/vmexit --report "$tmp/rows" cpuid
is "$(printf '%s\n' "$out" | wc -l)" 2 "or one row of it"
lab 4 ''
run 300 env KVM_LAB="$tmp/kvm" test/kut/vmexit "$tmp/flats" "$tmp/rows"
is "$status" 2 "our machine ends before: status 2"
like "$err" '^vmexit: it did not come to its end on our hypervisor' "and a line that says so"
unset LAB
printf '#!/bin/sh\nexit 5\n' >"$tmp/kvm"
run 900 env KVM_LAB="$tmp/kvm" LIMIT=800 test/kut/vmexit "$tmp/flats" "$tmp/rows"
is "$status" 2 "KVM's does: status 2"
like "$err" '^vmexit: it did not come to its end on KVM' "and a line that says so"
rm "$tmp/flats/vmexit.flat"

# refused SENTENCE [ARGUMENT]...: nothing is run.
refused() {
    sentence=$1
    shift
    run 300 test/kut/run "$@"
    is "$status" 2 "${*:-nothing}: status 2"
    is "$(printf '%s\n' "$err" | sed "s,$tmp/,,")$out" "$sentence" "and a line that says why"
}
refused "KUT= is missing: expected the folder with the *.flat files of kvm-unit-tests, its x86/"
refused "nowhere: no such folder, expected the one where kvm-unit-tests has its flats" nowhere
refused "none: has no *.flat, expected the folder where kvm-unit-tests has them, x86/ when it is built" "$tmp/none"
refused "other/text.flat: is no ELF file of 32 bits, expected a flat of kvm-unit-tests" "$tmp/other"
run 900 make -s test-kut
is "$status" 2 "make test-kut without KUT=: status 2"
run 300 test/kut/vmexit "$tmp/flats" "$tmp/rows"
is "$status" 2 "vmexit without vmexit.flat: status 2"
like "$err" 'flats: has no vmexit.flat, expected the one of kvm-unit-tests$' "and a line that says why"
run 300 test/kut/vmexit --report "$tmp/none"
is "$status" 2 "vmexit --report of a folder without a table: status 2"
run 300 make -s help
like "$out" '^  test-kut ' "make help has it"
like "$out" '^  bench-kut ' "and vmexit"

# The table: a test stands in it once, and whatever fails, or isn't as on the bare machine, has its reason.
is "$(sed -n 's/^\([a-z][^:]*\): .*/\1/p' $table | sort | uniq -d)" "" "the table has no test twice"
is "$(awk '
    function finish() { if (head != "" && needs && !reason) print head; needs = reason = 0 }
    /^[a-z]/ { finish(); head = $0; needs = /failed|never|then|run/ }
    /^  bare: / { needs = 1; next }
    /^  / { reason = 1 }
    END { finish() }' $table)" "" "and a reason for each that fails, or differs from the bare machine"
is "$(grep -nvE "^(#|$|  [^ ]|[a-z][a-z0-9_ =-]*: ([0-9]+ passed(, [0-9]+ (failed|skipped))*(, (then gives up|then resets|then is stopped|never ends))?|isn't run)\$)" $table)" \
    "" "no line is of another form"
done_testing
