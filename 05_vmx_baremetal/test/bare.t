#!/bin/sh
# The suite's guests on a bare machine, Bochs with no hypervisor: each sees what differences.txt says.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

build=${BUILD:-build}
list=test/differences.txt
command -v "${BOCHS:-bochs}" >/dev/null || skip_all "bochs is missing"

run 600 test/tools/bare "$build/test/bare.bin" "$tmp/bochs.log"
is "$status" 0 "the machine comes to its end"
version=$(sed -n 's/.*Bochs x86 Emulator \([0-9.]*\).*/\1/p; 3q' "$tmp/bochs.log")

# What the list says of this Bochs: of several lines the last that isn't for a newer one.
theirs_of() {
    awk -v name="$1:" -v bochs="$version" '
        /^[a-z0-9]*: / { inside = $1 == name }
        inside && /^  bare( [0-9.]+)?: / && ($1 == "bare:" || $2 + 0 <= bochs + 0) { line = $0 }
        END { if (sub(/^  bare[^:]*:/, name, line)) print line }' $list
}

names=$(sed -n 's/^\([a-z0-9]*\): .*/\1/p' $list)
for name in $names; do
    [ "$name" = ports ] && continue
    ours=$(grep "^$name: " $list)
    bare=$(theirs_of "$name")
    is "$(printf '%s\n' "$out" | grep "^$name: " || echo "$name: isn't run")" "${bare:-$ours}" \
        "$name: what a bare machine shows is in the list"
    [ -z "$bare" ] || {
        [ "$bare" != "$ours" ]
        ok $? "$name: and that is a difference"
    }
done
done_testing
