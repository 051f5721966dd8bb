#!/bin/sh
# Who may know whom. Arrows point down only:
#
#   main.c -> vmm/run.c -> exits -> vcpu -> guests -> entry_check, memory -> vmx, insn -> kernel
#
# and within a room no two files need one another.

cd "$(dirname "$0")/.." || exit 1
. ../common/test/tap.sh

build=${BUILD:-build}

# arrows: "FILE INCLUDED", from grep's lines
arrows() {
    sed -n 's/^\([^:]*\):#include "\(.*\)"$/\1 \2/p'
}

# Those that point up, or sideways into another room.
up=$(grep -r '^#include "' main.c vmm | arrows | awk '
    BEGIN {
        floor["vmx"] = floor["insn"] = 1; floor["memory"] = floor["entry_check"] = 2; floor["guests"] = 3
        floor["vcpu"] = 4; floor["exits"] = 5; floor["run"] = 6; floor["main"] = 7
    }
    function room(path, part) {
        split(path, part, "/")
        return part[1] != "vmm" ? "main" : part[2] ~ /^run[.]/ ? "run" : part[2]
    }
    $2 ~ /^vmm\// && room($1) != room($2) && floor[room($1)] <= floor[room($2)]
    $2 ~ /^test\//
    $1 ~ /^vmm\// && !floor[room($1)]')
is "$up" "" "arrows point down, to rooms that are listed here, and never to a test"
is "$(grep -rE '^#include "(vmm|common|test)/' kernel | grep -vE 'common/(pc/x86|status)[.]h')" "" \
    "kernel: knows neither vmm/ nor common/, but for the numbers of the CPU and the exit statuses"

# An arrow for each symbol that one object defines and another one needs.
find vmm -name '*.c' ! -name offsets.c -o -name '*.asm' | sed "s,[.]c$,,; s,.*,$build/bare/&.o," |
    xargs nm -A -g -P | awk '
    { sub(/^.*bare\/vmm\//, "", $1) }
    $3 != "U" { owner[$2] = $1 }
    $3 == "U" { needs[$1 " " $2] }
    END {
        for (arrow in needs) {
            split(arrow, part)
            if (part[2] in owner) print part[1], owner[part[2]]
        }
    }' >"$tmp/needs"
ok "$([ "$(wc -l <"$tmp/needs")" -gt 100 ]; echo $?)" "objects that need one another were found"
is "$(tsort "$tmp/needs" 2>&1 >"$tmp/order")" "" "vmm: and no circle among them"

for room in kernel/ kernel/*/ vmm/*/ vmm/*/*/; do
    ok "$([ "$(find "$room" -maxdepth 1 -type f | wc -l)" -le 18 ]; echo $?)" "$room: no more than 18 files"
done
done_testing
