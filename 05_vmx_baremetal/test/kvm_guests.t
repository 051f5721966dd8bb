#!/bin/sh
# The suite's guests under KVM, in stage 04's lab: each sees what differences.txt says.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

build=${BUILD:-build}
limit=1800  # s; a minute on an idle machine
list=test/differences.txt
runner=$build/test/tools/kvm_guests
bios=../02_bios/build/vm-static
command -v qemu-system-x86_64 >/dev/null || skip_all "qemu-system-x86_64 is missing"

make -s -C ../02_bios BUILD=build build/vm-static >&2 || exit 1
names=$(sed -n 's/^\([a-z0-9]*\): .*/\1/p' $list)
guests=
for name in $names; do
    case $name in
    ports | ticks | page | disk | xapic | x2apic) continue ;;
    protected | activate | segments | stale | tasks) state=protected ;;
    pae) state=pae ;;
    climb) state=real ;;
    reinject | ferr) state=timer ;;
    *) state=long ;;
    esac
    guests="$guests $state:$(echo "$build"/test/guest/*/"$name.bin")"
done

# The firmware with the port sweep runs in stage 02's machine.
run $limit ../common/lab/kvm-lab/start --with "$build/test/guest" --with "$runner" --with "$bios" \
    sh -c "uname -r; $runner $guests; $bios --bios $build/test/guest/devices/ports.bin"
is "$status" 0 "the lab, and in it every guest, comes to an end"
seen=$(printf '%s\n' "$out" | sed -n 's/^ports that answer: \(.*\) $/ports: \1/p; t; /^[a-z0-9]*: /p')

# What the list says of this KVM: the last line that isn't for a newer Linux or QEMU than the lab's.
qemu=$(qemu-system-x86_64 --version | sed -n 's/^QEMU emulator version \([0-9.]*\).*/\1/p')
theirs_of() {
    awk -v name="$1" -v linux="$(printf '%s\n' "$out" | head -n 1)" -v qemu="$qemu" '
        function number(text, part) { split(text, part, "."); return part[1] * 1000 + part[2] }
        /^[a-z0-9]*: / { inside = $1 == name ":" }
        inside && /^  KVM[^:]*: / {
            since = $0
            sub(/:.*/, "", since)
            sub(/^  KVM */, "", since)
            split(since, version, "on QEMU ")
            if (number(version[1]) <= number(linux) && number(version[2]) <= number(qemu)) line = $0
        }
        END { if (sub(/^  KVM[^:]*: /, name ": ", line)) print line }' $list
}

for name in $names; do
    ours=$(grep "^$name: " $list)
    theirs=$(theirs_of "$name")
    is "$(printf '%s\n' "$seen" | grep "^$name: " || echo "$name: isn't run")" "${theirs:-$ours}" \
        "$name: what KVM shows is in the list"
    [ -z "$theirs" ] || {
        [ "$theirs" != "$ours" ]
        ok $? "$name: and that is a difference"
    }
done
done_testing
