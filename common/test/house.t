#!/bin/sh
# The rules of ARCHITECTURE.md that can be counted: who includes whom, and how full a room may be.

here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source=SCRIPTDIR/tap.sh
. "$here/tap.sh"
cd "$here/../.." || exit 1

# files PATTERN...: files of the tree, without what is built, and without the exercises' additions.
files() {
    find "$@" -type f ! -path '*/build/*' ! -path './build/*' ! -path '*/add/*' ! -name '*.o'
}
# includes FOLDER PATTERN: its lines that include something like it.
includes() {
    files "$1" | grep -E '[.](c|h)$' | xargs grep -HE "^#include \"$2"
}

for stage in 0[1-9]_*; do
    is "$(includes "$stage" '(\.\./)?0[1-9]_')" "" "$stage includes no other stage"
done
is "$(includes common '0[1-9]_')" "" "common/ includes no stage"
is "$(includes common/pc '(common/)?(kvm|host|lab|test)/')" "" "common/pc includes nothing of KVM or the host"
is "$(files common/pc | grep '[.][ch]$' | xargs grep -hoE '^#include <[a-z/_]+[.]h>' | sort -u |
    grep -vE '<(stdbool|stddef|stdint|string)[.]h>')" "" "common/pc needs no more of libc than memcpy and its like"
is "$(includes common/host 'common/(kvm|lab|test)/')" "" "common/host includes nothing of KVM"
is "$(files 0[1-9]_* common | grep -E '[.](c|h)$' | grep -v /test/ |
    xargs grep -HE '^#include "(common/)?test/')" "" "no program includes a test"

# A circle of headers, or a file that includes itself by way of others.
files common 0[1-5]_* | grep '[.]h$' | xargs grep -HoE '^#include "common/[^"]*"' |
    sed 's/:#include "/ /; s/"$//' >"$tmp/arrows"
is "$(tsort "$tmp/arrows" 2>&1 >/dev/null)" "" "no circle of headers"

# Every bit of the CPU stands once. (The smallest VM has its one bit itself, and pulls in no list of all.)
is "$(files 0[2-9]_* common | grep -E '[.](c|h)$' | grep -v /test/ | xargs grep -hoE \
    '^#define (CR[0-9]_[A-Z0-9]+|EFER_[A-Z]+|RFLAGS_[A-Z]+|MSR_[A-Z0-9_]+|PAGE_SIZE|KIB|MIB|GIB|E820_MAX|RESET_CPU)\b' |
    grep -v 'CR4_GUEST' | sort | uniq -d)" "" "no bit, MSR or size is defined twice"

full=$(git ls-files 2>/dev/null || files . | sed 's,^\./,,')
is "$(printf '%s\n' "$full" | grep -E '[.](c|h|asm|inc|t|exp|sh|pm|mk)$|/[a-z-]+$' | grep -vE '^book/(exercises|[a-z0-9_]*/[^/]*[.]md)' |
    sed 's,/[^/]*$,,' | sort | uniq -c | awk '$1 > 18')" "" "no folder of code has more than 18 files"
for file in ARCHITECTURE.md CONTRIBUTING.md; do
    # shellcheck disable=SC2016 # the backquotes are Markdown's
    grep -oE '`[a-z0-9_/.-]+/`|`(common|book|05_vmx_baremetal|vmm)/[a-z0-9_/.-]+`' $file | tr -d '`' |
        while read -r path; do
            for folder in . 05_vmx_baremetal 05_vmx_baremetal/vmm common common/lab common/pc; do
                [ ! -e "$folder/$path" ] || continue 2
            done
            [ "$path" = add/ ] || echo "$path" # an exercise's
        done >"$tmp/gone"
    is "$(cat "$tmp/gone")" "" "$file names what is there"
done
# What make check looks at: in a tree that is no repository, all of the same.
checked() {
    # shellcheck disable=SC2016 # for make
    make -s --eval 'checked:; @printf "%s\n" $(C_FILES) $(SCRIPTS) | sed "s,^[.]/,," | sort' checked
}
checked >"$tmp/ours"
GIT_DIR=/none checked >"$tmp/all"
like "$(cat "$tmp/all")" '^common/lab/run$' "make check finds its files without git"
is "$(comm -23 "$tmp/ours" "$tmp/all")" "" "and none is left out"

done_testing
