#!/bin/sh
# The suite's guests on a bare machine, Bochs with no hypervisor: each sees what differences.txt says.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

build=${BUILD:-build}
list=test/differences.txt
command -v "${BOCHS:-bochs}" >/dev/null || skip_all "bochs is missing"

run 600 test/tools/bare "$build/test/bare.bin" "$tmp/bochs.log"
is "$status" 0 "the machine comes to its end"
names=$(sed -n 's/^\([a-z]*\): .*/\1/p' $list)
for name in $names; do
    [ "$name" = ports ] && continue
    ours=$(grep "^$name: " $list)
    bare=$(awk -v name="$name:" '/^[a-z]*: / { inside = $1 == name }
        inside && sub(/^  bare: /, name " ")' $list)
    is "$(printf '%s\n' "$out" | grep "^$name: " || echo "$name: isn't run")" "${bare:-$ours}" \
        "$name: what a bare machine shows is in the list"
    [ -z "$bare" ] || {
        [ "$bare" != "$ours" ]
        ok $? "$name: and that is a difference"
    }
done
done_testing
